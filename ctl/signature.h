/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signatures over policy images.
 */
#ifndef PYDETECT_CTL_SIGNATURE_H
#define PYDETECT_CTL_SIGNATURE_H

#include "build.h"

/**
 * struct signature - a detached PKCS#7 (CMS) signature
 * @bytes: in DER, from malloc()
 * @size: how many bytes
 */
struct signature {
	void *bytes;
	size_t size;
};

/*
 * Sign @image with the key at @key, a file or whatever OpenSSL finds by a URI
 * (pkcs11:...), for the certificate in the file @certificate. Returns 0, or -1
 * and an error in @diag. signature_free() releases what was made.
 */
int signature_make(struct signature *signature, const struct image *image,
		   const char *key, const char *certificate, struct diag *diag);
void signature_free(struct signature *signature);

int signature_write(const struct signature *signature, const char *path,
		    struct diag *diag);
int signature_read(struct signature *signature, const char *path,
		   struct diag *diag);

/* Where the signature of an image is looked for: IMAGE.p7s, to be freed. */
char *signature_path(const char *image);

#endif /* PYDETECT_CTL_SIGNATURE_H */
