// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "signature.h"

static const char help[] =
	"Usage: pydetectctl load [OPTION]... PATH...\n\n"
	"Compiles rule files, and all .yml and .yaml files below directories, and\n"
	"makes them the policy of every exec from then on. PATH may also be one\n"
	"policy image made by check --output. All rules are loaded or none; on\n"
	"failure the policy in force stays.\n\n"
	"  --signature FILE    the image's signature, made by sign (default:\n"
	"                      IMAGE.p7s, if there is one); a locked module wants one\n"
	"  --skip-unsupported  load the other rules where some are refused, and\n"
	"                      list what was left out\n"
	"  --any-product       take rules whatever their logsource says\n"
	"  -h, --help          show this\n";

static const struct option options[] = {
	{ "signature", required_argument, NULL, 'p' },
	{ "skip-unsupported", no_argument, NULL, 's' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct load - what was asked for
 * @rule_options: how to read rules
 * @skip_unsupported: load what is left where some are refused
 * @signature: file of the signature, or NULL
 */
struct load {
	struct rule_options rule_options;
	bool skip_unsupported;
	const char *signature;
};

static void report(struct channel *channel, const struct image *image,
		   const struct signature *signature)
{
	char size[CMD_POLICY_SIZE_BYTES];
	struct event_status status;

	cmd_policy_size(image, size, sizeof(size));
	printf("loaded %s (%zu bytes", size, image->size);
	if (signature->size)
		printf(", signed version %llu",
		       (unsigned long long)image->view.header->serial);
	if (!channel_status(channel, &status))
		printf(", generation %llu",
		       (unsigned long long)status.generation);
	puts(")");
}

static int upload(struct channel *channel, const struct image *image,
		  const struct signature *signature)
{
	int error = channel_upload(channel, image->bytes, image->size,
				   signature);

	if (error)
		return cmd_channel_failed(channel, "loading the policy", error);
	report(channel, image, signature);
	return CMD_DONE;
}

/* Rules become another image wherever they are compiled: only images have one. */
static int find_signature(const struct load *load, const char *path,
			  struct cmd_policy *policy,
			  struct signature *signature)
{
	const struct place place = { .file = load->signature };
	char *beside;
	int error = 0;

	if (load->signature && !image_is_image(path)) {
		diag_error(&policy->diag, &place,
			   "a signature goes with the image that was signed, not with rules");
		return -1;
	}
	if (load->signature)
		return signature_read(signature, load->signature,
				      &policy->diag);
	if (!image_is_image(path))
		return 0;
	beside = signature_path(path);
	if (beside && !access(beside, F_OK))
		error = signature_read(signature, beside, &policy->diag);
	free(beside);
	return error;
}

static int load_policy(struct channel *channel, char *const *paths,
		       size_t nr_paths, const struct load *load)
{
	struct signature signature = { 0 };
	struct cmd_policy policy;
	int result = CMD_FAILED;
	int error;

	cmd_compile(&policy, paths, nr_paths, &load->rule_options);
	error = find_signature(load, paths[0], &policy, &signature);
	cmd_print_diag(&policy);
	if (!error && cmd_policy_usable(&policy, load->skip_unsupported))
		result = upload(channel, &policy.image, &signature);
	else
		cmd_error("nothing was loaded; the policy in force stays");
	signature_free(&signature);
	cmd_policy_free(&policy);
	return result;
}

static int load_paths(char *const *paths, size_t nr_paths,
		      const struct load *load)
{
	struct channel *channel;
	int result;

	/* First, because nobody wants to wait to hear that it is not there. */
	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	result = load_policy(channel, paths, nr_paths, load);
	channel_close(channel);
	return result;
}

/**
 * cmd_load - pydetectctl load
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_load(int argc, char **argv)
{
	struct load load = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			load.skip_unsupported = true;
			break;
		case 'p':
			load.signature = optarg;
			break;
		case 'a':
			load.rule_options.any_product = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind == argc)
		return cmd_usage("load: name rule files or directories");
	if (load.signature && argc - optind > 1)
		return cmd_usage("load: --signature goes with one image");
	return load_paths(argv + optind, argc - optind, &load);
}
