# SPDX-License-Identifier: GPL-2.0-only
#
# What people type. How the module itself is built stands in Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build
BUILD ?= build

CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra
LIBRARIES := libnl-genl-3.0 yaml-0.1 json-c libelf libcrypto libsystemd \
	ncurses sqlite3 zlib

ctl_sources := $(wildcard ctl/*.c) $(wildcard module/core/*.c)

.PHONY: all module ctl demo test test-debug test-events bench fuzz check help \
	clean
.DELETE_ON_ERROR:

all: ctl module

help:
	@echo 'make            pydetect.ko for KDIR ($(KDIR)), and build/pydetectctl'
	@echo 'make CERT=FILE  the same, and policies signed by FILE can be told from others'
	@echo 'make demo       see it work, in an emulated machine'
	@echo 'make test       all tests; what needs a kernel runs in emulated machines'
	@echo 'make test-debug scenarios on a kernel with KASAN, lockdep and kmemleak'
	@echo 'make test-events  events from the kernel to whoever reads them, with the long parts'
	@echo 'make bench      cost of one exec, in instructions; PEERS=1 adds others'
	@echo 'make fuzz       fuzzers, to be run by tests/fuzz/run.sh SECONDS'
	@echo 'make check      static analysis and style'
	@echo 'make clean      remove what was built here'

module:
	@test -e '$(KDIR)/Makefile' || { echo >&2 \
	'make: no kernel headers in $(KDIR): install those of the running' \
	'kernel (linux-headers-$$(uname -r)), or name others with KDIR='; exit 1; }
	scripts/build-module.sh '$(KDIR)' '$(BUILD)/module' \
		$(if $(CERT),PYDETECT_CERT='$(abspath $(CERT))')
	cp '$(BUILD)/module/pydetect.ko' pydetect.ko

ctl: $(BUILD)/pydetectctl

# The program, and the same once more for every flavour the tests ask for:
# $(call program,directory,compiler,flags)
define program
$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$(2) -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(3) \
		$$(shell pkg-config --cflags $(LIBRARIES)) -MMD -MP -c -o $$@ $$<

$(1)/pydetectctl: $$(ctl_sources:%.c=$(1)/%.o)
	$(2) $(CFLAGS) $(3) -o $$@ $$^ $$(shell pkg-config --libs $(LIBRARIES))

$(1)/tests/host/%: $(1)/tests/host/%.o \
		$$(filter-out $(1)/ctl/main.o,$$(ctl_sources:%.c=$(1)/%.o)) \
		$$(patsubst %.c,$(1)/%.o,$$(host_helpers))
	$(2) $(CFLAGS) $(3) $$(WRAP) -o $$@ $$^ \
		$$(shell pkg-config --libs $(LIBRARIES) cmocka)

$(1)/tests/events/%: $(1)/tests/events/%.o \
		$$(filter-out $(1)/ctl/main.o,$$(ctl_sources:%.c=$(1)/%.o)) \
		$(1)/tests/host/make_event.o $(1)/tests/host/make_week.o \
		$(1)/tests/host/message.o
	$(2) $(CFLAGS) $(3) -o $$@ $$^ $$(shell pkg-config --libs $(LIBRARIES))

# Its allocations can be made to fail.
$(1)/tests/host/test_build_memory: \
	private WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

-include $$(shell find $(1) -name '*.d' 2>/dev/null)
endef

SANITIZE := -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer

host_tests := $(patsubst %.c,%,$(wildcard tests/host/test_*.c))
host_helpers := $(filter-out tests/host/test_%,$(wildcard tests/host/*.c))

$(eval $(call program,$(BUILD),$(CC),))
$(eval $(call program,$(BUILD)/gcc,gcc,$(SANITIZE)))
$(eval $(call program,$(BUILD)/clang,clang,$(SANITIZE)))

$(eval $(call program,$(BUILD)/fuzz,clang,$(SANITIZE) -fsanitize=fuzzer-no-link))

fuzz_targets := $(patsubst %.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

$(fuzz_targets): %: %.o \
		$(filter-out $(BUILD)/fuzz/ctl/main.o,\
		$(ctl_sources:%.c=$(BUILD)/fuzz/%.o)) \
		$(BUILD)/fuzz/tests/host/oracle.o \
		$(BUILD)/fuzz/tests/host/make_rules.o
	clang $(CFLAGS) $(SANITIZE) -fsanitize=fuzzer -o $@ $^ \
		$(shell pkg-config --libs $(LIBRARIES) cmocka)

fuzz: $(fuzz_targets)

.SECONDARY:

.PHONY: host-tests
host-tests: $(foreach flavour,gcc clang,$(BUILD)/$(flavour)/pydetectctl \
		$(host_tests:%=$(BUILD)/$(flavour)/%))

demo:
	scripts/setup.sh build test kernels
	scripts/demo.sh

test:
	scripts/setup.sh build test kernels
	tests/run.sh

test-debug:
	scripts/setup.sh build test kernels
	tests/run.sh vm-debug vm-builtin

test-events:
	scripts/setup.sh build test kernels browser shipping
	tests/events/run.sh

bench:
	scripts/setup.sh build test kernels $(if $(PEERS),bench)
	tests/bench/run.sh

check:
	scripts/setup.sh build check
	scripts/check.sh

clean:
	rm -rf '$(BUILD)' pydetect.ko
