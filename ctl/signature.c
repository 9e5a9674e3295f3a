// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signing policy images: the one file that knows OpenSSL.
 *
 * The kernel's parser wants a detached CMS message without attributes. So does
 * the kernel for its modules: scripts/sign-file.c makes the same.
 */
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "signature.h"
#include "../module/uapi/pydetect.h"

#define SIGNATURE_SUFFIX ".p7s"

static int fail(struct diag *diag, const char *file, const char *what)
{
	const struct place place = { .file = file };
	const unsigned long error = ERR_peek_last_error();
	const char *reason = ERR_SYSTEM_ERROR(error) ?
				     strerror(ERR_GET_REASON(error)) :
				     ERR_reason_error_string(error);

	if (error && reason)
		diag_error(diag, &place, "%s: %s", what, reason);
	else
		diag_error(diag, &place, "%s", what);
	return -1;
}

/*
 * The first of its kind in a file, in PEM or DER, or behind a URI that a
 * provider of OpenSSL knows. A passphrase is asked for on the terminal.
 */
static OSSL_STORE_INFO *find(const char *where, int kind)
{
	OSSL_STORE_INFO *info = NULL;
	OSSL_STORE_CTX *store;

	ERR_clear_error();
	store = OSSL_STORE_open(where, UI_get_default_method(), NULL, NULL,
				NULL);
	if (!store)
		return NULL;
	OSSL_STORE_expect(store, kind);
	while (!info && !OSSL_STORE_eof(store)) {
		info = OSSL_STORE_load(store);
		if (info && OSSL_STORE_INFO_get_type(info) != kind) {
			OSSL_STORE_INFO_free(info);
			info = NULL;
		}
	}
	OSSL_STORE_close(store);
	return info;
}

static EVP_PKEY *find_key(const char *where, struct diag *diag)
{
	OSSL_STORE_INFO *info = find(where, OSSL_STORE_INFO_PKEY);
	EVP_PKEY *key = info ? OSSL_STORE_INFO_get1_PKEY(info) : NULL;

	if (!key)
		fail(diag, where, "cannot get a private key from here");
	OSSL_STORE_INFO_free(info);
	return key;
}

static X509 *find_certificate(const char *where, struct diag *diag)
{
	OSSL_STORE_INFO *info = find(where, OSSL_STORE_INFO_CERT);
	X509 *certificate = info ? OSSL_STORE_INFO_get1_CERT(info) : NULL;

	if (!certificate)
		fail(diag, where, "cannot get a certificate from here");
	OSSL_STORE_INFO_free(info);
	return certificate;
}

/* Nothing that only the kernel would say, after the image was carried there. */
static int check_pair(X509 *certificate, EVP_PKEY *key, const char *file,
		      struct diag *diag)
{
	if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "EC"))
		return fail(diag, file,
			    "kernels verify signatures of RSA keys, some also of EC keys, and of no others");
	if (!X509_check_private_key(certificate, key))
		return fail(diag, file,
			    "the certificate does not belong to the key");
	return 0;
}

static CMS_ContentInfo *sign(const struct image *image, X509 *certificate,
			     EVP_PKEY *key)
{
	const unsigned int flags = CMS_DETACHED | CMS_BINARY | CMS_NOCERTS;
	CMS_ContentInfo *message = NULL;
	BIO *data = BIO_new_mem_buf(image->bytes, image->size);

	if (data)
		message = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL);
	if (message &&
	    (!CMS_add1_signer(message, certificate, key, EVP_sha256(),
			      flags | CMS_NOATTR) ||
	     !CMS_final(message, data, NULL, flags))) {
		CMS_ContentInfo_free(message);
		message = NULL;
	}
	BIO_free(data);
	return message;
}

/* OpenSSL has an allocator of its own. */
static int encode(struct signature *signature, const CMS_ContentInfo *message)
{
	unsigned char *der = NULL;
	int size = i2d_CMS_ContentInfo(message, &der);

	if (size <= 0)
		return -1;
	signature->bytes = malloc(size);
	if (signature->bytes) {
		memcpy(signature->bytes, der, size);
		signature->size = size;
	}
	OPENSSL_free(der);
	return signature->bytes ? 0 : -1;
}

static int sign_with(struct signature *signature, const struct image *image,
		     X509 *certificate, EVP_PKEY *key, struct diag *diag)
{
	CMS_ContentInfo *message;
	int error;

	ERR_clear_error();
	message = sign(image, certificate, key);
	if (!message)
		return fail(diag, NULL, "cannot sign");
	error = encode(signature, message);
	CMS_ContentInfo_free(message);
	return error ? fail(diag, NULL, "out of memory") : 0;
}

/**
 * signature_make - sign an image
 * @signature: set to the signature, which the caller frees
 * @image: what is signed: all of its bytes
 * @key: file of the private key, or a URI that a provider of OpenSSL knows
 * @certificate: file of its certificate, or a URI as well
 * @diag: where errors go
 *
 * May ask for a passphrase.
 *
 * Return: 0, or -1 and an error in @diag; then there is nothing to free.
 */
int signature_make(struct signature *signature, const struct image *image,
		   const char *key, const char *certificate, struct diag *diag)
{
	EVP_PKEY *private_key = NULL;
	X509 *x509;
	int error = -1;

	*signature = (struct signature){ 0 };
	x509 = find_certificate(certificate, diag);
	if (x509)
		private_key = find_key(key, diag);
	if (private_key)
		error = check_pair(x509, private_key, certificate, diag);
	if (!error)
		error = sign_with(signature, image, x509, private_key, diag);
	EVP_PKEY_free(private_key);
	X509_free(x509);
	return error;
}

/** signature_free - release a signature; a second time is harmless */
void signature_free(struct signature *signature)
{
	free(signature->bytes);
	*signature = (struct signature){ 0 };
}

/**
 * signature_write - write a signature to a file
 * @signature: the signature
 * @path: the file; it is replaced as a whole or not at all
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag.
 */
int signature_write(const struct signature *signature, const char *path,
		    struct diag *diag)
{
	return file_write(path, signature->bytes, signature->size, diag);
}

/**
 * signature_read - read a signature from a file
 * @signature: set to the signature, which the caller frees
 * @path: the file
 * @diag: where errors go
 *
 * What is in it is for the kernel to judge.
 *
 * Return: 0, or -1 and an error in @diag; then there is nothing to free.
 */
int signature_read(struct signature *signature, const char *path,
		   struct diag *diag)
{
	const struct place place = { .file = path };

	if (file_read(path, PYDETECT_SIGNATURE_MAX, &signature->bytes,
		      &signature->size, diag))
		return -1;
	if (signature->size)
		return 0;
	diag_error(diag, &place, "a signature is not empty");
	signature_free(signature);
	return -1;
}

/**
 * signature_path - where the signature of an image is looked for
 * @image: file of the image
 *
 * Return: the path, which the caller frees, or NULL when out of memory.
 */
char *signature_path(const char *image)
{
	char *path;

	return asprintf(&path, "%s" SIGNATURE_SUFFIX, image) < 0 ? NULL : path;
}
