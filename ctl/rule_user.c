// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns over User. The kernel knows no names, so every pattern over them
 * also becomes the set of user ids whose names match it today: it is compiled
 * by itself, and asked about each name. The names themselves stay in the tree
 * for events that bring their own.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "build_probe.h"
#include "rule_read.h"

/**
 * struct rule_user - an entry of the passwd database
 * @name: name
 * @uid: user id
 */
struct rule_user {
	const char *name;
	uid_t uid;
};

/* What the list grew out of stays in the obstack. */
static void grow_users(struct rule_reader *reader)
{
	struct rule_set *set = reader->set;
	struct rule_user *users;

	if (set->nr_users & (set->nr_users - 1))
		return;
	users = rule_alloc(reader, (set->nr_users * 2 + 1) * sizeof(*users));
	if (set->nr_users)
		memcpy(users, set->users, set->nr_users * sizeof(*users));
	set->users = users;
}

static void add_user(struct rule_reader *reader, const char *name, uid_t uid)
{
	grow_users(reader);
	reader->set->users[reader->set->nr_users++] = (struct rule_user){
		.name = rule_copy(reader, name, strlen(name)),
		.uid = uid,
	};
}

static void read_system(struct rule_reader *reader)
{
	const struct passwd *entry;

	setpwent();
	while ((entry = getpwent()))
		add_user(reader, entry->pw_name, entry->pw_uid);
	endpwent();
}

static void read_passwd(struct rule_reader *reader, const char *path)
{
	struct place place = { .file = path };
	const struct passwd *entry;
	FILE *file = fopen(path, "re");

	if (!file) {
		rule_error(reader, &place, "cannot be read: %s",
			   strerror(errno));
		return;
	}
	while ((entry = fgetpwent(file)))
		add_user(reader, entry->pw_name, entry->pw_uid);
	fclose(file);
}

/* Once a set, so that all its rules see the same users. */
static void read_users(struct rule_reader *reader)
{
	if (reader->set->users_read)
		return;
	reader->set->users_read = true;
	if (reader->options->passwd)
		read_passwd(reader, reader->options->passwd);
	else
		read_system(reader);
}

static int compare_ranges(const void *left, const void *right)
{
	const struct pydetect_image_range *a = left, *b = right;

	return (a->low > b->low) - (a->low < b->low);
}

/* Sorts single ids, and makes ranges of neighbours. */
static void merge_ranges(struct rule_match *match)
{
	struct pydetect_image_range *ranges = match->ranges;
	size_t n, last = 0;

	if (!match->nr_ranges)
		return;
	qsort(ranges, match->nr_ranges, sizeof(*ranges), compare_ranges);
	for (n = 1; n < match->nr_ranges; n++)
		if (ranges[n].low <= ranges[last].high + 1)
			ranges[last].high = ranges[n].high;
		else
			ranges[++last] = ranges[n];
	match->nr_ranges = last + 1;
}

static struct rule_match *new_ids(struct rule_reader *reader, const char *text,
				  size_t room)
{
	struct rule_match *match = rule_alloc(reader, sizeof(*match));

	match->kind = RULE_MATCH_NUMBER;
	match->field = PYDETECT_FIELD_USER;
	match->number = PYDETECT_NUMBER_UID;
	match->ranges = rule_alloc(reader, room * sizeof(*match->ranges));
	match->text = text;
	return match;
}

static void add_ids(const struct rule_set *set, struct build_probe *probe,
		    struct rule_match *match)
{
	size_t n;

	for (n = 0; n < set->nr_users; n++)
		if (build_probe_holds(probe, PYDETECT_FIELD_USER,
				      bytes_of(set->users[n].name)))
			match->ranges[match->nr_ranges++] =
				(struct pydetect_image_range){
					set->users[n].uid, set->users[n].uid
				};
	merge_ranges(match);
}

/*
 * What cannot be compiled has no ids: it is refused when the rule as a whole is
 * compiled, with the reason.
 */
static struct rule_match *find_ids(struct rule_reader *reader,
				   struct rule_match *names)
{
	const struct rule_set *set = reader->set;
	struct rule_match *match = new_ids(reader, names->text, set->nr_users);
	struct build_probe probe;

	if (!build_probe_init(&probe, names)) {
		add_ids(set, &probe, match);
		build_probe_free(&probe);
	}
	return match;
}

static struct rule_node *either(struct rule_reader *reader,
				struct rule_match *name, struct rule_match *id,
				const struct place *place)
{
	struct rule_node *children[] = {
		rule_node_match(reader, name, place),
		rule_node_match(reader, id, place),
	};

	return rule_node_join(reader, RULE_NODE_OR, children, 2, place);
}

/**
 * rule_user_node - make a leaf over User aware of user ids
 * @reader: file being read
 * @names: the leaf
 * @place: where it stands
 *
 * Return: the tree, true where the name matches or the id belongs to a name
 * that does; NULL where @names is
 */
struct rule_node *rule_user_node(struct rule_reader *reader,
				 struct rule_match *names,
				 const struct place *place)
{
	read_users(reader);
	return either(reader, names, find_ids(reader, names), place);
}

/**
 * rule_user_present - a leaf that is true where an exec has an owner
 * @reader: file being read
 * @place: where it stands
 *
 * Return: the tree: in the kernel every exec has one
 */
struct rule_node *rule_user_present(struct rule_reader *reader,
				    const struct place *place)
{
	const char *text = rule_field_name(PYDETECT_FIELD_USER);
	struct rule_match *name = rule_alloc(reader, sizeof(*name));
	struct rule_match *id = new_ids(reader, text, 1);

	name->kind = RULE_MATCH_PRESENT;
	name->field = PYDETECT_FIELD_USER;
	name->text = text;
	id->ranges[id->nr_ranges++] =
		(struct pydetect_image_range){ 0, UINT64_MAX };
	return either(reader, name, id, place);
}
