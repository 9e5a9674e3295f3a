// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which machine and which boot events come from.
 */
#include <stdio.h>
#include <string.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include "print.h"

/* Makes the agent's id out of the machine's: another one for every program. */
#define AGENT                                                                 \
	SD_ID128_MAKE(33, 42, 19, 01, 4c, cf, 40, a5, 93, 99, b9, 9f, 22, 41, \
		      29, 5a)

static void read_boot_id(struct print_origin *origin)
{
	FILE *stream = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!stream)
		return;
	if (fgets(origin->boot_id, sizeof(origin->boot_id), stream))
		origin->boot_id[strcspn(origin->boot_id, "\n")] = '\0';
	fclose(stream);
}

/* A system without systemd may have no /etc/machine-id. */
static void read_machine_id(struct print_origin *origin)
{
	sd_id128_t id;

	if (!sd_id128_get_machine(&id))
		sd_id128_to_string(id, origin->host_id);
	if (!sd_id128_get_machine_app_specific(AGENT, &id))
		sd_id128_to_string(id, origin->agent_id);
}

/**
 * print_origin - find out what goes into every record
 * @origin: filled in; empty where this machine does not say
 */
void print_origin(struct print_origin *origin)
{
	memset(origin, 0, sizeof(*origin));
	gethostname(origin->host, sizeof(origin->host) - 1);
	read_boot_id(origin);
	read_machine_id(origin);
}
