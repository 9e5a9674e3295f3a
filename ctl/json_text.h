/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes and numbers as JSON.
 */
#ifndef PYDETECT_CTL_JSON_TEXT_H
#define PYDETECT_CTL_JSON_TEXT_H

#include <json-c/json.h>

#include "bytes.h"

struct json_object *json_text(struct bytes text);
struct json_object *json_base64(struct bytes text);
struct json_object *json_time(uint64_t time);
void json_append_once(struct json_object *array, const char *text);
void json_add_text(struct json_object *object, const char *key,
		   struct bytes text);
void json_add_string(struct json_object *object, const char *key,
		     const char *text);
void json_add_number(struct json_object *object, const char *key,
		     uint64_t number);
void json_add_id(struct json_object *object, const char *key, uint32_t id);

#endif /* PYDETECT_CTL_JSON_TEXT_H */
