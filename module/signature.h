/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_SIGNATURE_H
#define PYDETECT_SIGNATURE_H

#include <linux/types.h>

/**
 * struct signature - a detached signature, as somebody handed it in
 * @bytes: PKCS#7 (CMS) in DER
 * @size: how many bytes
 */
struct signature {
	const void *bytes;
	size_t size;
};

int signature_start(void);
void signature_stop(void);
bool signature_possible(void);
const char *signature_certificate(unsigned int number);
int __must_check signature_verify(const void *data, size_t size,
				  const struct signature *signature,
				  const char **reason);

#endif /* PYDETECT_SIGNATURE_H */
