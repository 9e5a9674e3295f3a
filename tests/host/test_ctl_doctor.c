// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the doctor makes of facts, and how it comes by those in files.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "../../ctl/clock.h"
#include "../../ctl/doctor.h"
#include "../../module/uapi/pydetect.h"
#include "../../module/version.h"

#define DAY (86400 * NS_PER_SECOND)

static struct doctor_facts facts;
static struct doctor_report report;

/* A machine where all is well: locked, in mode block, somebody listens. */
static int set_up(void **state)
{
	struct event_status *status = &facts.module.status;
	size_t i;

	(void)state;
	memset(&facts, 0, sizeof(facts));
	facts.now = 100 * DAY;
	strcpy(facts.kernel.release, "6.1.0-test");
	strcpy(facts.kernel.config, "/proc/config.gz");
	for (i = 0; i < DOCTOR_OPTIONS; i++)
		facts.kernel.options[i] = DOCTOR_YES;
	facts.kernel.options[DOCTOR_PREEMPT_RT] = DOCTOR_NO;
	facts.kernel.has_function = DOCTOR_YES;
	facts.kernel.ftrace_enabled = DOCTOR_YES;
	facts.kernel.redirected = DOCTOR_YES;
	facts.kernel.sig_enforce = DOCTOR_YES;
	facts.kernel.lockdown = DOCTOR_LOCKDOWN_INTEGRITY;
	strcpy(facts.module.version, PYDETECT_VERSION);
	facts.module.judged = 1;
	status->hook = PYDETECT_HOOK_FTRACE;
	status->mode = status->mode_max = PYDETECT_MODE_BLOCK;
	status->mode_reason = PYDETECT_REASON_COMMAND;
	status->lock = PYDETECT_LOCK_SIGNED;
	status->generation = 1;
	status->loaded_at = 90 * DAY;
	status->rules = 12;
	status->correlations = 3;
	status->readers = 1;
	status->lineages_complete = 1;
	status->tool = 1;
	facts.files.there = true;
	facts.files.newest = 80 * DAY;
	return 0;
}

static const struct doctor_finding *find(const char *words)
{
	size_t i;

	for (i = 0; i < report.nr; i++)
		if (strstr(report.findings[i].text, words))
			return &report.findings[i];
	return NULL;
}

/* One finding has these words, is that bad, and gives that advice. */
static void expect(enum doctor_severity severity, const char *topic,
		   const char *words, const char *advice)
{
	const struct doctor_finding *finding;

	doctor_judge(&report, &facts);
	finding = find(words);
	if (!finding)
		fail_msg("nothing was found that says: %s", words);
	assert_string_equal(finding->topic, topic);
	assert_int_equal(finding->severity, severity);
	if (!advice)
		assert_null(finding->advice);
	else if (!finding->advice || !strstr(finding->advice, advice))
		fail_msg("%s: no advice says: %s", words, advice);
	set_up(NULL);
}

static void expect_silence(const char *words)
{
	doctor_judge(&report, &facts);
	if (find(words))
		fail_msg("found, and should not have been: %s", words);
	set_up(NULL);
}

static void test_all_well(void **state)
{
	(void)state;
	doctor_judge(&report, &facts);
	assert_int_equal(doctor_count(&report, DOCTOR_FAILURE), 0);
	assert_int_equal(doctor_count(&report, DOCTOR_WARNING), 0);
	assert_int_equal(doctor_count(&report, DOCTOR_NOTE), 0);
	assert_int_equal(doctor_count(&report, DOCTOR_OK), report.nr);
	assert_int_equal(report.nr, 11);
}

static void test_kernel(void **state)
{
	struct doctor_kernel *kernel = &facts.kernel;

	(void)state;
	kernel->options[DOCTOR_KPROBES] = DOCTOR_NO;
	kernel->options[DOCTOR_NET] = DOCTOR_NO;
	expect(DOCTOR_FAILURE, "kernel", "without CONFIG_NET, CONFIG_KPROBES",
	       "security module");
	kernel->options[DOCTOR_DYNAMIC_FTRACE_WITH_REGS] = DOCTOR_NO;
	expect_silence("without");
	kernel->options[DOCTOR_DYNAMIC_FTRACE_WITH_REGS] = DOCTOR_NO;
	kernel->options[DOCTOR_DYNAMIC_FTRACE_WITH_ARGS] = DOCTOR_NO;
	expect(DOCTOR_FAILURE, "kernel",
	       "without CONFIG_DYNAMIC_FTRACE_WITH_ARGS", "security module");
	kernel->config[0] = '\0';
	expect(DOCTOR_NOTE, "kernel", "/boot/config-6.1.0-test", NULL);
	kernel->options[DOCTOR_SYSTEM_DATA_VERIFICATION] = DOCTOR_NO;
	expect(DOCTOR_NOTE, "kernel", "cannot verify signatures", "--freeze");
	kernel->options[DOCTOR_AUDIT] = DOCTOR_NO;
	expect(DOCTOR_NOTE, "kernel", "LogonId", NULL);
	kernel->options[DOCTOR_PREEMPT_RT] = DOCTOR_YES;
	expect(DOCTOR_NOTE, "kernel", "PREEMPT_RT", "LineageImage");
}

/* Built in, there is nothing to redirect. */
static void test_built_in(void **state)
{
	(void)state;
	facts.module.status.hook = PYDETECT_HOOK_LSM;
	facts.kernel.options[DOCTOR_KPROBES] = DOCTOR_NO;
	expect_silence("without");
	facts.module.status.hook = PYDETECT_HOOK_LSM;
	facts.kernel.has_function = DOCTOR_NO;
	facts.kernel.ftrace_enabled = DOCTOR_NO;
	expect(DOCTOR_OK, "hook", "one was tried (lsm)", NULL);
	assert_int_equal(doctor_count(&report, DOCTOR_FAILURE), 0);
}

static void test_redirect(void **state)
{
	(void)state;
	facts.kernel.has_function = DOCTOR_NO;
	expect(DOCTOR_FAILURE, "hook", "no function security_bprm_check()",
	       "compiled in whole");
	strcpy(facts.kernel.livepatch, "fix_exec");
	expect(DOCTOR_FAILURE, "hook", "the livepatch fix_exec",
	       "unload that livepatch");
	facts.kernel.ftrace_enabled = DOCTOR_NO;
	expect(DOCTOR_FAILURE, "hook", "ftrace_enabled is 0", "sysctl");
	facts.module.version[0] = '\0';
	expect(DOCTOR_FAILURE, "hook", "something else redirects",
	       "enabled_functions");
	/* With the module there, that is the module. */
	expect_silence("something else");
}

static void test_root(void **state)
{
	(void)state;
	facts.kernel.lockdown = DOCTOR_LOCKDOWN_NONE;
	expect(DOCTOR_OK, "root", "only signed modules are loaded", NULL);
	facts.kernel.sig_enforce = DOCTOR_NO;
	expect(DOCTOR_OK, "root", "memory is locked down", NULL);
	facts.kernel.sig_enforce = DOCTOR_NO;
	facts.kernel.lockdown = DOCTOR_LOCKDOWN_NONE;
	expect(DOCTOR_NOTE, "root", "root can load any module",
	       "lockdown=integrity");
	facts.kernel.sig_enforce = DOCTOR_UNKNOWN;
	facts.kernel.lockdown = DOCTOR_LOCKDOWN_UNKNOWN;
	facts.kernel.secure_boot = DOCTOR_YES;
	expect(DOCTOR_NOTE, "root", "in spite of Secure Boot", "Secure Boot");
}

static void test_absence(void **state)
{
	(void)state;
	facts.module.version[0] = '\0';
	expect(DOCTOR_FAILURE, "module", "not loaded", "mokutil");
	facts.module.version[0] = '\0';
	facts.kernel.installed = DOCTOR_YES;
	expect(DOCTOR_FAILURE, "module", "not loaded", "modprobe pydetect");
	facts.module.version[0] = '\0';
	facts.kernel.installed = DOCTOR_NO;
	facts.kernel.sig_enforce = DOCTOR_NO;
	facts.kernel.lockdown = DOCTOR_LOCKDOWN_NONE;
	expect(DOCTOR_FAILURE, "module", "would not find it", "insmod");
	facts.module.version[0] = '\0';
	expect_silence("policy");
}

static void test_module(void **state)
{
	(void)state;
	strcpy(facts.module.version, "9.9.9");
	expect(DOCTOR_WARNING, "module", "the module is pydetect 9.9.9",
	       "both packages");
	facts.module.error = -EPERM;
	expect(DOCTOR_FAILURE, "module", "does not tell its state", "as root");
	facts.module.error = -ENOENT;
	expect(DOCTOR_FAILURE, "module", "does not tell its state",
	       "containers");
	facts.module.error = -EPROTO;
	strcpy(facts.module.reason, "another protocol");
	expect(DOCTOR_FAILURE, "module", "its state: another protocol", NULL);
}

static void test_hook(void **state)
{
	(void)state;
	expect(DOCTOR_OK, "hook", "one was tried (ftrace)", NULL);
	facts.module.status.hook = PYDETECT_HOOK_NONE;
	expect(DOCTOR_FAILURE, "hook", "no hook", "lsm=");
	facts.module.judged = 0;
	expect(DOCTOR_FAILURE, "hook", "not judged", "load the module anew");
	facts.module.judged = 0;
	facts.module.status.mode = PYDETECT_MODE_OFF;
	expect(DOCTOR_OK, "hook", "hook is in place", NULL);
	facts.module.started = -EPERM;
	expect(DOCTOR_WARNING, "hook", "Operation not permitted",
	       "pydetectctl rules");
}

static void test_mode(void **state)
{
	struct event_status *status = &facts.module.status;

	(void)state;
	status->mode = PYDETECT_MODE_OFF;
	expect(DOCTOR_WARNING, "mode", "mode is off",
	       "pydetectctl mode report");
	status->mode = PYDETECT_MODE_REPORT;
	expect(DOCTOR_OK, "mode", "mode is report", NULL);
	status->mode_max = PYDETECT_MODE_REPORT;
	expect(DOCTOR_NOTE, "mode", "mode=report", "modprobe.d");
	status->mode_reason = PYDETECT_REASON_UNCONFIRMED;
	expect(DOCTOR_WARNING, "mode", "nobody confirmed", "confirm");
	status->mode_reason = PYDETECT_REASON_TIME_OVER;
	expect(DOCTOR_NOTE, "mode", "time was over", "--for");
	status->mode_reason = PYDETECT_REASON_TOO_MANY;
	expect(DOCTOR_WARNING, "mode", "more starts were denied",
	       "--fallback-above 0");
	status->unconfirmed = true;
	status->confirm_left = 42 * NS_PER_SECOND;
	expect(DOCTOR_WARNING, "mode", "ends in 42 s unless", "confirm");
	status->limited = true;
	status->mode_left = 43 * NS_PER_SECOND;
	expect(DOCTOR_NOTE, "mode", "ends in 43 s", NULL);
	status->fallback_above = 20;
	expect(DOCTOR_NOTE, "mode", "20 starts denied within a minute",
	       "--fallback-above 0");
	status->errors = 7;
	status->on_error = PYDETECT_ON_ERROR_DENY;
	expect(DOCTOR_WARNING, "mode",
	       "7 starts could not be judged, on error deny",
	       "--on-error");
}

static void test_lock(void **state)
{
	struct event_status *status = &facts.module.status;

	(void)state;
	status->lock = PYDETECT_LOCK_OPEN;
	expect(DOCTOR_NOTE, "lock", "not locked", "pydetectctl lock");
	status->lock = PYDETECT_LOCK_FROZEN;
	expect(DOCTOR_OK, "lock", "frozen", NULL);
	status->mode = PYDETECT_MODE_REPORT;
	expect(DOCTOR_WARNING, "lock", "denies nothing", "mode block");
}

static void test_policy(void **state)
{
	struct event_status *status = &facts.module.status;

	(void)state;
	expect(DOCTOR_OK, "policy",
	       "12 rules and 3 correlations, loaded 10 days ago, not signed",
	       NULL);
	status->generation = 0;
	expect(DOCTOR_FAILURE, "policy", "no policy", "pydetectctl load");
	facts.files.newest = 91 * DAY;
	expect(DOCTOR_WARNING, "policy", "changed after", "reload");
	status->overrides = 2;
	expect(DOCTOR_NOTE, "policy", "2 rules do something else", "rules set");
	/* The clock was set back. */
	facts.now = 0;
	expect(DOCTOR_OK, "policy", "loaded 0 days ago", NULL);
}

static void test_losses(void **state)
{
	struct event_status *status = &facts.module.status;

	(void)state;
	status->readers = 0;
	expect(DOCTOR_WARNING, "events", "nobody listens", "monitor");
	status->lost_overwritten = 5;
	expect(DOCTOR_WARNING, "events", "5 events were lost because",
	       "status --readers");
	status->lost_late = 4;
	expect(DOCTOR_NOTE, "events", "4 events were gone before", NULL);
	status->lost_late = 4;
	expect(DOCTOR_OK, "events", "1 readers, none was too slow", NULL);
	status->events_unstored = 6;
	expect(DOCTOR_WARNING, "events", "6 events could not be stored",
	       "memory");
	status->windows_evicted = 7;
	expect(DOCTOR_WARNING, "windows", "7 windows", "windows_max");
	status->samples_lost = 8;
	expect(DOCTOR_WARNING, "windows", "8 starts", "memory");
	status->lineages_lost = 9;
	expect(DOCTOR_WARNING, "lineage", "9 processes", "lineages_max");
	status->lineages_complete = 0;
	expect(DOCTOR_NOTE, "lineage", "still being looked at", NULL);
}

static void set_file(uint32_t uid, uint32_t mode)
{
	strcpy(facts.files.files[0].path, "/etc/pydetect/rules.d/x.yml");
	facts.files.files[0].uid = uid;
	facts.files.files[0].mode = mode;
	facts.files.nr_files = 1;
}

static void test_files(void **state)
{
	(void)state;
	set_file(0, 0666);
	expect(DOCTOR_FAILURE, "files",
	       "/etc/pydetect/rules.d/x.yml can be changed by anybody",
	       "chown root");
	set_file(1000, 0644);
	expect(DOCTOR_FAILURE, "files", "than root (user 1000", "chown root");
	set_file(0, 0664);
	expect(DOCTOR_WARNING, "files", "a group (user 0, mode 0664)",
	       "chmod go-w");
	facts.files.nr_files = DOCTOR_FILES_MAX + 3;
	expect(DOCTOR_WARNING, "files", "3 more files", "find /etc/pydetect");
	facts.files.there = false;
	expect(DOCTOR_NOTE, "files", "no /etc/pydetect", NULL);
	facts.files.tool.mode = 0775;
	expect(DOCTOR_WARNING, "tool", "mode 0775", "install it as root");
	facts.files.tool.uid = 1000;
	expect(DOCTOR_WARNING, "tool", "user 1000", "install it as root");
	facts.module.status.tool = 0;
	expect(DOCTOR_NOTE, "tool", "not the one that last set the mode",
	       "pydetectctl mode");
}

/* Every check at its worst fits in a report, and none is cut off. */
static void test_room(void **state)
{
	size_t i;

	(void)state;
	memset(&facts.kernel.options, 0, sizeof(facts.kernel.options));
	for (i = 0; i < DOCTOR_OPTIONS; i++)
		facts.kernel.options[i] = DOCTOR_NO;
	facts.kernel.options[DOCTOR_PREEMPT_RT] = DOCTOR_YES;
	doctor_judge(&report, &facts);
	for (i = 0; i < report.nr; i++)
		assert_true(strlen(report.findings[i].text) + 1 <
			    sizeof(report.findings[i].text));
	assert_non_null(find("CONFIG_DYNAMIC_FTRACE_WITH_ARGS"));
	report.nr = DOCTOR_FINDINGS_MAX;
	doctor_add(&report, DOCTOR_NOTE, "x", NULL, "one too many");
	assert_int_equal(report.nr, DOCTOR_FINDINGS_MAX);
	set_up(NULL);
}

static void test_json(void **state)
{
	struct json_object *object, *findings, *first;

	(void)state;
	facts.kernel.options[DOCTOR_NET] = DOCTOR_NO;
	doctor_judge(&report, &facts);
	object = print_doctor_json(&report);
	assert_int_equal(
		json_object_get_int(json_object_object_get(object, "failures")),
		1);
	findings = json_object_object_get(object, "findings");
	assert_int_equal(json_object_array_length(findings), report.nr);
	first = json_object_array_get_idx(findings, 0);
	assert_string_equal(
		json_object_get_string(json_object_object_get(first, "severity")),
		"failure");
	assert_non_null(json_object_object_get(first, "advice"));
	json_object_put(object);
}

/* A directory that looks like a machine. */
static char root[] = "/tmp/pydetect-doctor-XXXXXX";

static void put(const char *name, const char *text, size_t length)
{
	char path[512], command[1024];
	FILE *stream;

	snprintf(path, sizeof(path), "%s%s", root, name);
	snprintf(command, sizeof(command), "mkdir -p \"$(dirname '%s')\"",
		 path);
	assert_int_equal(system(command), 0);
	stream = fopen(path, "w");
	assert_non_null(stream);
	assert_int_equal(fwrite(text, 1, length, stream), length);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static void put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

static int make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/pydetect-doctor-XXXXXX");
	return mkdtemp(root) ? chmod(root, 0755) : -1;
}

static int remove_root(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void test_gather_nothing(void **state)
{
	struct doctor_kernel kernel;
	char version[MODULE_VERSION_BYTES];

	(void)state;
	doctor_gather_kernel(&kernel, root);
	assert_true(kernel.release[0]);
	assert_string_equal(kernel.config, "");
	assert_int_equal(kernel.options[DOCTOR_NET], DOCTOR_UNKNOWN);
	assert_int_equal(kernel.has_function, DOCTOR_UNKNOWN);
	assert_int_equal(kernel.redirected, DOCTOR_UNKNOWN);
	assert_int_equal(kernel.secure_boot, DOCTOR_UNKNOWN);
	assert_int_equal(kernel.lockdown, DOCTOR_LOCKDOWN_UNKNOWN);
	assert_int_equal(kernel.installed, DOCTOR_UNKNOWN);
	assert_string_equal(kernel.livepatch, "");
	assert_false(module_version(version, root));
}

static void test_gather_kernel(void **state)
{
	struct doctor_kernel kernel;
	char version[MODULE_VERSION_BYTES], name[192];

	(void)state;
	doctor_gather_kernel(&kernel, root);
	snprintf(name, sizeof(name), "/lib/modules/%s/modules.dep",
		 kernel.release);
	put_text(name, "kernel/a.ko:\nupdates/dkms/pydetect.ko.xz:\n");
	put_text("/proc/kallsyms", "0 T security_bprm_check_x\n0 T security_bprm_check\n");
	put_text("/proc/sys/kernel/ftrace_enabled", "0\n");
	put_text("/sys/module/module/parameters/sig_enforce", "Y\n");
	put_text("/sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
	put_text("/sys/kernel/debug/tracing/enabled_functions", "x (1)  I\nsecurity_bprm_check (1)   I   M \ttramp: 0x0\n");
	put_text("/sys/kernel/livepatch/fix_exec/vmlinux/security_bprm_check,1/x",
		 "");
	put_text("/sys/module/pydetect/version", "1.2.3\n");
	put("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
	    "\6\0\0\0\1", 5);
	doctor_gather_kernel(&kernel, root);
	assert_int_equal(kernel.installed, DOCTOR_YES);
	assert_int_equal(kernel.has_function, DOCTOR_YES);
	assert_int_equal(kernel.ftrace_enabled, DOCTOR_NO);
	assert_int_equal(kernel.sig_enforce, DOCTOR_YES);
	assert_int_equal(kernel.lockdown, DOCTOR_LOCKDOWN_CONFIDENTIALITY);
	assert_int_equal(kernel.redirected, DOCTOR_YES);
	assert_int_equal(kernel.secure_boot, DOCTOR_YES);
	assert_string_equal(kernel.livepatch, "fix_exec");
	assert_true(module_version(version, root));
	assert_string_equal(version, "1.2.3");
}

/* Names that only begin alike, and users that only look. */
static void test_gather_alike(void **state)
{
	struct doctor_kernel kernel;
	char name[192];

	(void)state;
	doctor_gather_kernel(&kernel, root);
	snprintf(name, sizeof(name), "/lib/modules/%s/modules.dep",
		 kernel.release);
	put_text(name, "a/not-pydetect.ko:\na/b.ko: a/pydetect.ko\n");
	put_text("/proc/kallsyms", "0 T security_bprm_check_x\n");
	put_text("/sys/kernel/tracing/enabled_functions", "security_bprm_check (1)     \ttramp: a In\n");
	doctor_gather_kernel(&kernel, root);
	assert_int_equal(kernel.installed, DOCTOR_NO);
	assert_int_equal(kernel.has_function, DOCTOR_NO);
	assert_int_equal(kernel.redirected, DOCTOR_NO);
}

/* What a channel says after a command that the module does not take. */
static void test_versions(void **state)
{
	char sentence[256];

	(void)state;
	assert_false(module_version_differs("", sentence, sizeof(sentence)));
	assert_false(module_version_differs(PYDETECT_VERSION, sentence,
					    sizeof(sentence)));
	assert_string_equal(sentence, "");
	assert_true(
		module_version_differs("9.9.9", sentence, sizeof(sentence)));
	assert_string_equal(sentence, "the module is pydetect 9.9.9, this is pydetectctl " PYDETECT_VERSION
				      ": load the module of version " PYDETECT_VERSION ", or use the pydetectctl of version 9.9.9");
}

static const char config[] = "CONFIG_NET=y\nCONFIG_KPROBES=m\n"
			     "# CONFIG_AUDIT is not set\n"
			     "CONFIG_SECURITY=n\nCONFIG_MODULES_X=y\n";

static void expect_config(const char *name)
{
	struct doctor_kernel kernel;

	doctor_gather_kernel(&kernel, root);
	assert_string_equal(kernel.config, name);
	assert_int_equal(kernel.options[DOCTOR_NET], DOCTOR_YES);
	assert_int_equal(kernel.options[DOCTOR_KPROBES], DOCTOR_YES);
	assert_int_equal(kernel.options[DOCTOR_AUDIT], DOCTOR_NO);
	assert_int_equal(kernel.options[DOCTOR_SECURITY], DOCTOR_NO);
	assert_int_equal(kernel.options[DOCTOR_MODULES], DOCTOR_NO);
}

static void test_gather_options(void **state)
{
	struct doctor_kernel kernel;
	char name[192], path[512];
	gzFile file;

	(void)state;
	doctor_gather_kernel(&kernel, root);
	snprintf(name, sizeof(name), "/boot/config-%s", kernel.release);
	put_text(name, config);
	expect_config(name);
	put_text("/proc/config.gz", "");
	snprintf(path, sizeof(path), "%s/proc/config.gz", root);
	file = gzopen(path, "w");
	assert_int_equal(gzwrite(file, config, strlen(config)), strlen(config));
	assert_int_equal(gzclose(file), Z_OK);
	expect_config("/proc/config.gz");
}

static void set_permissions(const char *name, unsigned int mode)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", root, name);
	assert_int_equal(chmod(path, mode), 0);
}

static void test_gather_files(void **state)
{
	struct doctor_files files;

	(void)state;
	doctor_gather_files(&files, root);
	assert_false(files.there);
	assert_true(files.tool.path[0]);
	put_text("/etc/pydetect/rules.d/a.yml", "x");
	set_permissions("/etc/pydetect", 0755);
	set_permissions("/etc/pydetect/rules.d", 0755);
	doctor_gather_files(&files, root);
	assert_true(files.there);
	assert_true(files.newest > 0);
	/* Whoever runs the tests owns the files. */
	assert_int_equal(files.nr_files, geteuid() ? 3 : 0);
	set_permissions("/etc/pydetect/rules.d/a.yml", 0646);
	set_permissions("/etc/pydetect/rules.d", 0775);
	doctor_gather_files(&files, root);
	assert_int_equal(files.nr_files, geteuid() ? 3 : 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_all_well, set_up),
		cmocka_unit_test_setup(test_kernel, set_up),
		cmocka_unit_test_setup(test_built_in, set_up),
		cmocka_unit_test_setup(test_redirect, set_up),
		cmocka_unit_test_setup(test_root, set_up),
		cmocka_unit_test_setup(test_absence, set_up),
		cmocka_unit_test_setup(test_module, set_up),
		cmocka_unit_test_setup(test_hook, set_up),
		cmocka_unit_test_setup(test_mode, set_up),
		cmocka_unit_test_setup(test_lock, set_up),
		cmocka_unit_test_setup(test_policy, set_up),
		cmocka_unit_test_setup(test_losses, set_up),
		cmocka_unit_test_setup(test_files, set_up),
		cmocka_unit_test_setup(test_room, set_up),
		cmocka_unit_test_setup(test_json, set_up),
		cmocka_unit_test(test_versions),
		cmocka_unit_test_setup_teardown(test_gather_nothing, make_root,
						remove_root),
		cmocka_unit_test_setup_teardown(test_gather_kernel, make_root,
						remove_root),
		cmocka_unit_test_setup_teardown(test_gather_alike, make_root,
						remove_root),
		cmocka_unit_test_setup_teardown(test_gather_options, make_root,
						remove_root),
		cmocka_unit_test_setup_teardown(test_gather_files, make_root,
						remove_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
