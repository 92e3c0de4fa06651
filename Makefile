# Ferrous. Goals: all run test check asan stress fuzz bench bench-compare bench-count bench-ablation install
#                 debug clean official-compare
#                 (parts of test: test-unit test-lua test-cli test-examples test-debug test-generic test-abi
#                 official official-asan official-stress official-api)
# Choices:        make CC=gcc | DISPATCH=goto|tail | LINE_EDITING=readline|edit|none | BUILD=dir | JOBS=n |
#                 LUA_TESTS=dir
# Each flavour lives in an object directory of its own; a change of compiler or flags rebuilds it.

BUILD  ?= build
PREFIX ?= /usr/local
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL),0)
  MAKEFLAGS += --jobs=$(JOBS)
endif

# The compiler: the first one present, unless the caller names one. Tail-call dispatch needs two
# attributes that only newer compilers know; the others dispatch with computed goto.
ifeq ($(origin CC),default)
  CC := $(or $(firstword $(foreach c,clang-21 clang-20 clang-19 gcc cc,$(shell command -v $(c)))),cc)
endif
TAIL_PROBE := \#if __has_attribute(musttail) && __has_attribute(preserve_none)\ntail\n\#else\ngoto\n\#endif\n
DISPATCH ?= $(shell printf '$(TAIL_PROBE)' | $(CC) -E -P -x c - 2>/dev/null | grep -E 'tail|goto' || echo goto)

# Line editing for the interactive mode alone, if a library for it is there; readline, edit or none.
# The program loads it when it reads from a terminal.
EDITING_PROBE := \#include <stdio.h>\n\#include <%sline/readline.h>\nint main(void) { rl_callback_read_char(); }\n
editing_probe = $(shell printf '$(EDITING_PROBE)' $(1) | $(CC) -x c - -o /dev/null -l$(2) 2>/dev/null && echo $(2))
ifeq ($(origin LINE_EDITING),undefined)
  LINE_EDITING := $(or $(call editing_probe,read,readline),$(call editing_probe,edit,edit),none)
endif

# Debug information that the valgrind of current distributions reads.
CFLAGS      ?= -O2 -g -gdwarf-4
# Handlers and API functions are mostly no longer than a line of the cache: each begins one.
ALIGNMENT   := -falign-functions=64
FLAVOUR     := $(if $(filter tail,$(DISPATCH)),-DFERROUS_DISPATCH_TAIL=1)
ALL_CFLAGS   = -std=gnu11 -Wall -Wextra -fno-strict-aliasing -fPIC -fvisibility=hidden $(ALIGNMENT) \
               -Iinclude -Isrc $(FLAVOUR) $(CFLAGS) $(EXTRA_CFLAGS)
LDLIBS      ?= -lm -ldl
Q           := $(if $(V),,@)# make V=1 shows the commands
# What the interpreter loop alone is compiled with: gcc must not merge the dispatch jumps, and clang not
# unroll the handlers' loops over a few values.
VM_CFLAGS   ?= $(if $(findstring gcc,$(CC)),-fno-gcse -fno-crossjumping,-fno-vectorize -fno-unroll-loops)
CLI_CFLAGS   = $(if $(filter-out none,$(LINE_EDITING)),-DFERROUS_LINE_EDITING_$(LINE_EDITING))

DEBUG_FLAGS := -O0 -g -DFERROUS_DEBUG=1
ASAN_FLAGS  := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
               -fno-omit-frame-pointer -DFERROUS_DEBUG=1
STRESS_FLAGS := -O1 -g -DFERROUS_DEBUG=1

LIB_SOURCES := $(sort $(shell find src -path src/cli -prune -o -name '*.c' -print))
CLI_SOURCES := $(sort $(wildcard src/cli/*.c))
LIB_OBJECTS := $(LIB_SOURCES:src/%.c=$(BUILD)/obj/%.o)
CLI_OBJECTS := $(CLI_SOURCES:src/%.c=$(BUILD)/obj/%.o)
UNIT_TESTS  := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
EXAMPLES    := $(addprefix $(BUILD)/,$(basename $(sort $(wildcard examples/*.c examples/*.cpp))))
FERROUS     := $(BUILD)/ferrous
RUN_TESTS    = python3 tests/run.py --jobs $(JOBS) --ferrous $(FERROUS) $(RUN_FLAGS)

.PHONY: all run test check asan stress fuzz bench bench-compare bench-count bench-ablation install debug clean
.PHONY: test-generic
.PHONY: test-unit test-lua test-cli test-examples test-debug test-abi FORCE
.PHONY: official official-asan official-stress official-compare official-api

all: $(FERROUS) $(BUILD)/libferrous.a $(BUILD)/libferrous.so $(BUILD)/liblua5.4.so.0

run: $(FERROUS)
	$(FERROUS) examples/hello.lua

test:
	@tools/install_needs.sh gcc g++ clang-19? libclang-rt-19-dev? libcmocka-dev locales lua5.4 python3
	@JOBS=$(JOBS) python3 tests/all.py

check:
	@python3 tools/check_layers.py
	@python3 tools/c_api.py --check

test-unit: $(UNIT_TESTS)
	@python3 tests/run_unit.py $(UNIT_TESTS)

test-lua: $(FERROUS)
	@$(RUN_TESTS) tests/lua

test-cli: $(FERROUS)
	@python3 tests/test_cli.py --ferrous $(FERROUS)

test-examples: $(FERROUS) $(EXAMPLES)
	@$(RUN_TESTS) --programs $(BUILD)/examples examples

ABI_NEEDS := lua5.4 liblua5.4-dev pkg-config binutils g++ lua-lpeg lua-cjson lua-filesystem lua-expat \
             lua-sql-sqlite3 lua-zlib lua-yaml lua-socket lua-luv lua-cqueues gringo gnuplot-nox neomutt \
             lighttpd lighttpd-modules-lua

test-abi: all
	@tools/install_needs.sh $(ABI_NEEDS)
	@python3 tests/abi/run.py --build $(BUILD)

# The official suite, from $LUA_TESTS or the folder that tools/fetch_official.sh fills.
OFFICIAL = python3 tools/official.py --ferrous $(FERROUS) --cc "$(CC)" --jobs $(JOBS)

official: $(FERROUS)
	@$(OFFICIAL) $(OFFICIAL_FLAGS)

official-asan: export ASAN_OPTIONS := allocator_may_return_null=1
official-asan:
	@$(MAKE) BUILD=$(BUILD)/asan CFLAGS="$(ASAN_FLAGS)" official

# gc.lua asserts that no collection happens while it fills a table: every allocation is too often.
official-stress:
	@FERROUS_GC_STRESS=1 $(MAKE) BUILD=$(BUILD)/stress CFLAGS="$(STRESS_FLAGS)" \
	  OFFICIAL_FLAGS="--all --except gc --except heavy" official
	@FERROUS_GC_STRESS=10 $(MAKE) BUILD=$(BUILD)/stress CFLAGS="$(STRESS_FLAGS)" \
	  OFFICIAL_FLAGS=gc official

# Processor time beside another implementation's.
REFERENCE ?= lua5.4
official-compare: $(FERROUS)
	@python3 tools/official_compare.py --ferrous $(FERROUS) --reference $(REFERENCE) --cc "$(CC)"

# The parts of the suite that need its internal test module, with ours; they expect small stacks.
official-api:
	@$(MAKE) BUILD=$(BUILD)/small EXTRA_CFLAGS=-DFERROUS_MAX_STACK=60000 $(BUILD)/small/official_api
	@python3 tools/official_api.py --host $(BUILD)/small/official_api

# The program and the libraries, which stop a host that misuses them: see src/api/check.h.
debug:
	@$(MAKE) BUILD=$(BUILD)/debug CFLAGS="$(DEBUG_FLAGS)" all

test-debug: debug
	@$(MAKE) BUILD=$(BUILD)/debug CFLAGS="$(DEBUG_FLAGS)" test-unit

# A script may ask for more memory than there is: that must fail as an allocation does, not end the run.
asan: export ASAN_OPTIONS := allocator_may_return_null=1
asan:
	@status=0; for goal in test-unit test-lua; do \
	  $(MAKE) BUILD=$(BUILD)/asan CFLAGS="$(ASAN_FLAGS)" RUN_FLAGS="--tag asan" $$goal || status=1; \
	done; exit $$status

stress:
	@FERROUS_GC_STRESS=1 $(MAKE) BUILD=$(BUILD)/stress CFLAGS="$(STRESS_FLAGS)" \
	  RUN_FLAGS="--tag stress --timeout 180" test-lua

# Every script with no specialised form at all: nothing may depend on them.
test-generic:
	@$(MAKE) BUILD=$(BUILD)/generic EXTRA_CFLAGS=-DFERROUS_WITHOUT=1023 test-lua

fuzz:
	@tools/fuzz.sh $(BUILD)/fuzz

bench: $(FERROUS)
	@tools/install_needs.sh lua5.4 luajit python3
	python3 bench/run.py $(BENCH_FLAGS)

# Against another revision (BASE=...); in instructions, of this tree alone or against BASE; without each family.
bench-compare:
	@test -n "$(BASE)" || { echo "usage: make bench-compare BASE=revision"; exit 2; }
	@$(MAKE) $(FERROUS)
	python3 bench/run.py --compare "$(BASE)" $(BENCH_FLAGS)

bench-count: $(FERROUS)
	@tools/install_needs.sh lua5.4 valgrind python3
	python3 bench/run.py --count $(if $(BASE),--compare "$(BASE)",--engines "ferrous,lua5.4") $(BENCH_FLAGS)

bench-ablation:
	@tools/install_needs.sh valgrind python3
	python3 bench/ablation.py $(BENCH_FLAGS)

# lib/ferrous holds the stand-in for the distribution's library, out of the way of the real one.
FILL_PREFIX = sed 's|@PREFIX@|$(PREFIX)|g'
TO = $(DESTDIR)$(PREFIX)

install: all
	install -d $(TO)/bin $(TO)/lib/pkgconfig $(TO)/lib/ferrous/pkgconfig $(TO)/include/ferrous \
	  $(TO)/share/man/man1
	install -m 755 $(FERROUS) $(TO)/bin/ferrous
	install -m 644 $(BUILD)/libferrous.a $(TO)/lib/libferrous.a
	install -m 755 $(BUILD)/libferrous.so $(TO)/lib/libferrous.so.0
	ln -sf libferrous.so.0 $(TO)/lib/libferrous.so
	install -m 755 $(BUILD)/liblua5.4.so.0 $(TO)/lib/ferrous/liblua5.4.so.0
	ln -sf liblua5.4.so.0 $(TO)/lib/ferrous/liblua5.4.so
	ln -sf ../libferrous.a $(TO)/lib/ferrous/liblua5.4.a
	install -m 644 $(wildcard include/*.h include/*.hpp) $(TO)/include/ferrous/
	$(FILL_PREFIX) tools/install/ferrous.pc.in > $(TO)/lib/pkgconfig/ferrous.pc
	$(FILL_PREFIX) tools/install/lua5.4.pc.in > $(TO)/lib/ferrous/pkgconfig/lua5.4.pc
	for name in lua-5.4 lua54; do \
	  ln -sf lua5.4.pc $(TO)/lib/ferrous/pkgconfig/$$name.pc || exit 1; done
	install -m 644 docs/ferrous.1 $(TO)/share/man/man1/ferrous.1

clean:
	rm -rf $(BUILD)

# --- How things are made -------------------------------------------------------------------------

$(BUILD)/obj/%.o: src/%.c $(BUILD)/build-info.txt
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

# Private, or build-info.txt would have the flags of whatever was asked for first.
$(BUILD)/obj/vm/%.o: private ALL_CFLAGS += $(VM_CFLAGS)
$(BUILD)/obj/cli/%.o: private ALL_CFLAGS += $(CLI_CFLAGS)

# For what belongs to the project: the program and the tests see the inside, too.
INSIDE := $(BUILD)/obj/inside.a
$(INSIDE): $(LIB_OBJECTS)
	@rm -f $@
	$(if $(V),,@echo "  AR $@")
	$(Q)$(AR) rcs $@ $^

# For hosts: one object in which only the public names are global, so that no other name can collide with
# one of theirs. Without objcopy: the objects as they are.
OBJCOPY ?= objcopy
$(BUILD)/libferrous.a: $(LIB_OBJECTS)
	@rm -f $@
	$(if $(V),,@echo "  AR $@")
	$(Q)if command -v $(OBJCOPY) > /dev/null; then \
	  $(LD) -r $^ -o $(BUILD)/libferrous.o && $(OBJCOPY) --localize-hidden $(BUILD)/libferrous.o && \
	  $(AR) rcs $@ $(BUILD)/libferrous.o && rm $(BUILD)/libferrous.o; \
	else $(AR) rcs $@ $^; fi

# Only the public names leave the program: C modules must find them, and must not collide with ours.
PUBLIC_NAMES := lua_*; luaL_*; luaopen_*; ferrous_*;
ALL_OF_LIBRARY = -Wl,--whole-archive $(INSIDE) -Wl,--no-whole-archive \
                 -Wl,--dynamic-list=$(BUILD)/ferrous.list
# Calls among the library's own functions are bound when it is linked, not looked up when it is loaded.
SHARED = -shared -Wl,-Bsymbolic-functions -Wl,-soname,$(SONAME) -Wl,--version-script=$(BUILD)/$(@F).map

$(FERROUS): $(CLI_OBJECTS) $(INSIDE)
	@printf '{ $(PUBLIC_NAMES) };\n' > $(BUILD)/ferrous.list
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(ALL_CFLAGS) $(CLI_OBJECTS) $(ALL_OF_LIBRARY) $(LDFLAGS) -o $@ $(LDLIBS)

$(BUILD)/libferrous.so: SONAME = libferrous.so.0
$(BUILD)/libferrous.so: $(LIB_OBJECTS)
	@printf '{ global: $(PUBLIC_NAMES) local: *; };\n' > $@.map
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(ALL_CFLAGS) $(SHARED) $(LDFLAGS) $^ -o $@ $(LDLIBS)

# The same library under the name and version node of the distribution's, for hosts linked with that.
$(BUILD)/liblua5.4.so.0: SONAME = liblua5.4.so.0
$(BUILD)/liblua5.4.so.0: $(LIB_OBJECTS)
	@printf 'LUA_5.4 { global: $(PUBLIC_NAMES) local: *; };\n' > $@.map
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(ALL_CFLAGS) $(SHARED) $(LDFLAGS) $^ -o $@ $(LDLIBS)

$(BUILD)/unit/%: tests/unit/%.c $(INSIDE)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $<")
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP $< $(INSIDE) $(LDFLAGS) -o $@ -lcmocka $(LDLIBS)

API_TEST_SOURCES := $(wildcard tests/official_api/*.c)
$(BUILD)/official_api: $(API_TEST_SOURCES) $(wildcard tests/official_api/*.h) $(INSIDE)
	$(if $(V),,@echo "  LD $@")
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/official_api $(API_TEST_SOURCES) $(INSIDE) $(LDFLAGS) -o $@ $(LDLIBS)

$(BUILD)/examples/%: examples/%.c $(BUILD)/libferrous.a
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP $< $(BUILD)/libferrous.a $(LDFLAGS) -o $@ $(LDLIBS)

$(BUILD)/examples/%: examples/%.cpp $(BUILD)/libferrous.a
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CXX $<")
	$(Q)$(CXX) -std=c++17 -Wall -Wextra -Iinclude $(CFLAGS) -MMD -MP $< $(BUILD)/libferrous.a $(LDFLAGS) -o $@ $(LDLIBS)

# Rewritten only when it changes, so that everything is rebuilt exactly when the flags are others.
$(BUILD)/build-info.txt: FORCE
	@mkdir -p $(BUILD)
	@printf 'compiler: %s\nflags: %s\nvm flags: %s\ndispatch: %s\nline editing: %s\n' \
	  "$$($(CC) --version | head -1)" '$(ALL_CFLAGS)' '$(VM_CFLAGS)' '$(DISPATCH)' '$(LINE_EDITING)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

-include $(LIB_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(EXAMPLES:=.d)
