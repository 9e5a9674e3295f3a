// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "signature.h"

static const char help[] =
	"Usage: pydetectctl sign IMAGE --key KEY --cert CERTIFICATE [OPTION]...\n\n"
	"Signs a policy image made by check --output. A module that has the\n"
	"certificate built in (make CERT=CERTIFICATE) and is locked takes no policy\n"
	"without. The signature goes to IMAGE.p7s, where load finds it.\n\n"
	"  --key KEY           private key: a file, or a URI such as pkcs11:... that\n"
	"                      OpenSSL is configured for\n"
	"  --cert CERTIFICATE  the certificate that belongs to it\n"
	"  -o, --output FILE   where the signature goes instead\n"
	"  -h, --help          show this\n";

static const struct option options[] = {
	{ "key", required_argument, NULL, 'k' },
	{ "cert", required_argument, NULL, 'c' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct sign - what was asked for
 * @image: file of the image
 * @key: the private key
 * @certificate: the certificate
 * @output: where the signature goes, or NULL
 */
struct sign {
	const char *image;
	const char *key;
	const char *certificate;
	const char *output;
};

static int write_signature(const struct sign *sign,
			   const struct signature *signature, u64 serial,
			   struct diag *diag)
{
	char *beside = signature_path(sign->image);
	const char *path = sign->output ? sign->output : beside;
	int error = -1;

	if (path)
		error = signature_write(signature, path, diag);
	if (!error)
		printf("signed version %llu: %s\n", (unsigned long long)serial,
		       path);
	free(beside);
	return error;
}

static int sign_image(const struct sign *sign, const struct image *image,
		      struct diag *diag)
{
	const struct place place = { .file = sign->image };
	const u64 serial = image->view.header->serial;
	struct signature signature;
	int error;

	if (!serial) {
		diag_hint(diag_error(diag, &place, "the policy has no version"),
			  "give it one with check --serial N --output IMAGE");
		return -1;
	}
	error = signature_make(&signature, image, sign->key, sign->certificate,
			       diag);
	if (error)
		return error;
	error = write_signature(sign, &signature, serial, diag);
	signature_free(&signature);
	return error;
}

static int sign_file(const struct sign *sign)
{
	struct cmd_policy policy = { 0 };
	int error;

	diag_init(&policy.diag);
	rule_set_init(&policy.set);
	error = image_read(&policy.image, sign->image, &policy.diag);
	policy.has_image = !error;
	if (!error)
		error = sign_image(sign, &policy.image, &policy.diag);
	cmd_print_diag(&policy);
	cmd_policy_free(&policy);
	return error ? CMD_FAILED : CMD_DONE;
}

/**
 * cmd_sign - pydetectctl sign
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_sign(int argc, char **argv)
{
	struct sign sign = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		switch (option) {
		case 'k':
			sign.key = optarg;
			break;
		case 'c':
			sign.certificate = optarg;
			break;
		case 'o':
			sign.output = optarg;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (argc - optind != 1)
		return cmd_usage("sign: name one policy image");
	if (!sign.key || !sign.certificate)
		return cmd_usage("sign: it takes a --key and its --cert");
	sign.image = argv[optind];
	return sign_file(&sign);
}
