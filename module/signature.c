// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose signatures count: those by the certificates that were built in.
 *
 * They are in a keyring of our own. Nobody can reach it to add to it: no keyring
 * of a process links it, users may only look at it, and from the moment it is
 * complete it takes no further link, whoever asks. Certificates that the rest of
 * the kernel trusts do not count here, and ours count nowhere else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/key.h>
#include <linux/printk.h>
#include <linux/verification.h>

#include "signature.h"

/**
 * struct certificate - one that was built in
 * @der: the certificate
 * @size: its size in bytes
 */
struct certificate {
	const u8 *der;
	size_t size;
};

/* Made by certificate.sh: PYDETECT_CERTIFICATES of them, in certificates[]. */
#include "certificate.h"

#if PYDETECT_CERTIFICATES

#if !IS_ENABLED(CONFIG_SYSTEM_DATA_VERIFICATION)
#error "a certificate was given, but CONFIG_SYSTEM_DATA_VERIFICATION is off"
#endif

static struct key *keyring;

/* What the certificates became. */
static struct key *certificate_keys[PYDETECT_CERTIFICATES];

static int __init add_certificate(unsigned int number)
{
	key_ref_t added;

	added = key_create_or_update(make_key_ref(keyring, true), "asymmetric",
				     NULL, certificates[number].der,
				     certificates[number].size,
				     KEY_POS_SEARCH | KEY_USR_VIEW,
				     KEY_ALLOC_NOT_IN_QUOTA);
	if (IS_ERR(added)) {
		pr_err("certificate %u of those built in is not one that this kernel can use (error %ld)\n",
		       number, PTR_ERR(added));
		return PTR_ERR(added);
	}
	certificate_keys[number] = key_ref_to_ptr(added);
	pr_info("policies may be signed by %s\n",
		certificate_keys[number]->description);
	return 0;
}

static int __init fill_keyring(void)
{
	unsigned int i;
	int error;

	for (i = 0; i < PYDETECT_CERTIFICATES; i++) {
		error = add_certificate(i);
		if (error)
			return error;
	}
	return keyring_restrict(make_key_ref(keyring, true), NULL, NULL);
}

/**
 * signature_start - make the certificates that were built in usable
 *
 * Context: process context, sleeps.
 * Return: 0, or an error after the kernel log was told of it.
 */
int __init signature_start(void)
{
	struct key *made;
	int error;

	made = keyring_alloc(".pydetect", GLOBAL_ROOT_UID, GLOBAL_ROOT_GID,
			     current_cred(),
			     KEY_POS_SEARCH | KEY_POS_WRITE | KEY_USR_VIEW,
			     KEY_ALLOC_NOT_IN_QUOTA, NULL, NULL);
	if (IS_ERR(made)) {
		pr_err("no keyring for certificates (error %ld)\n",
		       PTR_ERR(made));
		return PTR_ERR(made);
	}
	keyring = made;
	error = fill_keyring();
	if (error)
		signature_stop();
	return error;
}

/**
 * signature_stop - no signature is verified any more
 *
 * Context: process context, sleeps. No command runs any more.
 */
void signature_stop(void)
{
	unsigned int i;

	for (i = 0; i < PYDETECT_CERTIFICATES; i++)
		key_put(certificate_keys[i]);
	key_put(keyring);
}

/**
 * signature_possible - is there a certificate at all?
 *
 * Return: whether any signature could be found good.
 */
bool signature_possible(void)
{
	return true;
}

/**
 * signature_certificate - name a certificate that was built in
 * @number: its number, from 0
 *
 * Return: its subject and the identifier of its key, or NULL behind the last.
 */
const char *signature_certificate(unsigned int number)
{
	if (number >= PYDETECT_CERTIFICATES)
		return NULL;
	return certificate_keys[number]->description;
}

static const char *meaning_of(int error)
{
	switch (error) {
	case -ENOKEY:
		return "the signature is not by a certificate that was built into the module";
	case -EKEYREJECTED:
		return "the signature does not fit: another key made it, or something was changed";
	case -ENOPKG:
		return "the signature uses an algorithm that this kernel does not have";
	case -ENOMEM:
		return "not enough memory to verify the signature";
	default:
		return "this is not a detached PKCS#7 signature in DER";
	}
}

/**
 * signature_verify - is a signature by one of the certificates, and over this?
 * @data: what is said to be signed; nobody else may be able to write to it
 * @size: its size in bytes
 * @signature: the signature; not trusted in any way
 * @reason: set to a constant on error
 *
 * Context: process context, sleeps. May take milliseconds.
 * Return: 0, or an error of verify_pkcs7_signature().
 */
int signature_verify(const void *data, size_t size,
		     const struct signature *signature, const char **reason)
{
	int error;

	error = verify_pkcs7_signature(data, size, signature->bytes,
				       signature->size, keyring,
				       VERIFYING_UNSPECIFIED_SIGNATURE, NULL,
				       NULL);
	if (error)
		*reason = meaning_of(error);
	return error;
}

#else /* !PYDETECT_CERTIFICATES: no signature is ever good */

int __init signature_start(void)
{
	return 0;
}

void signature_stop(void)
{
}

bool signature_possible(void)
{
	return false;
}

const char *signature_certificate(unsigned int number)
{
	return NULL;
}

int signature_verify(const void *data, size_t size,
		     const struct signature *signature, const char **reason)
{
	*reason = "no certificate was built into the module, so no signature can be verified";
	return -ENOKEY;
}

#endif /* PYDETECT_CERTIFICATES */
