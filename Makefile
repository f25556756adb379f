# Two commands for people: make demo, make test. Meson builds; this file only names what it is asked for.

CC ?= cc
BUILD = build
SEED ?= 1
STEPS ?= 100000
JOBS = -j$(shell nproc)

.PHONY: all demo test sanitize valgrind fuzz bench soak differential coverage format install clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(JOBS)

$(BUILD)/build.ninja:
	@tools/setup build
	@meson setup $(BUILD) >$(BUILD).log 2>&1 || { cat $(BUILD).log; rm -rf $(BUILD); exit 1; }
	@rm -f $(BUILD).log
	@ln -sfn $(BUILD)/compile_commands.json compile_commands.json

# The main job on the embedded default: import the example into a new store and read it.
demo: $(BUILD)/build.ninja
	@echo 'Building hansard; the first time it takes a minute.'
	@ninja -C $(BUILD) $(JOBS) hansard >$(BUILD)/demo.log || { cat $(BUILD)/demo.log; exit 1; }
	@tools/demo $(BUILD)/hansard

# Every test, with gcc and with clang.
test:
	@tools/setup test
	@[ -f $(BUILD)/build.ninja ] || $(MAKE) -s $(BUILD)/build.ninja
	@[ -f build-clang/build.ninja ] || CC=clang meson setup build-clang >/dev/null
	@ninja -C $(BUILD) $(JOBS) --quiet && ninja -C build-clang $(JOBS) --quiet
	@tools/test-run $(BUILD) build-clang

# The same tests under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize:
	@tools/setup test
	@[ -f build-sanitize/build.ninja ] || meson setup build-sanitize -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
	@ninja -C build-sanitize $(JOBS) --quiet
	@tools/test-run build-sanitize

# The campaigns that CI samples, in full: every allocation made to fail, long differential runs. Prints its seed.
soak: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(JOBS) --quiet
	@echo "seed $(SEED), $(STEPS) steps"
	@HANSARD_TEST_EVERY=1 HANSARD_TEST_EVERY_ALLOCATION=1 HANSARD_TEST_SEED=$(SEED) HANSARD_TEST_STEPS=$(STEPS) \
		tools/test-run $(BUILD) -- --suite fault --suite store --suite dynamodb --suite conformance --suite vault --suite format --suite cli --timeout-multiplier 100

# FAR_STEPS random steps on all engines at once, from SEED on: hours.
FAR_STEPS ?= 1000000
differential: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(JOBS) --quiet
	@tools/differential-run $(BUILD) $(SEED) $(FAR_STEPS)

# The same tests under valgrind: the programs of the rooms, and the program itself in one run of eight.
valgrind: $(BUILD)/build.ninja
	@tools/setup test
	@ninja -C $(BUILD) $(JOBS) --quiet
	@tools/test-run $(BUILD) -- --setup valgrind

# Fuzzes each target for SECONDS with SEED; what is found stays in build-fuzz.
SECONDS ?= 60
fuzz:
	@tools/setup test
	@[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
	@ninja -C build-fuzz $(JOBS) --quiet fuzz/fuzz-stored fuzz/fuzz-markdown fuzz/fuzz-json fuzz/fuzz-keys
	@tools/fuzz-run build-fuzz $(SEED) $(SECONDS)

# Line coverage of the whole suite.
coverage:
	@tools/setup test
	@[ -f build-coverage/build.ninja ] || meson setup build-coverage -Db_coverage=true >/dev/null
	@ninja -C build-coverage $(JOBS) --quiet
	@tools/test-run build-coverage
	@command -v gcovr >/dev/null || { echo 'gcovr is not installed'; exit 1; }
	@gcovr -r . build-coverage --exclude tests --exclude bench --exclude fuzz --print-summary | tail -n 4

# Ratios from one run; the corpus of recorded dialogues is used where it lies beside the checkout. Without network it goes on with what
# is installed. BENCH=--quick only shows that it runs; BENCH='--only load' measures one thing. JAVA_SDK=1 also holds a load over DynamoDB
# against AWS's Database Encryption SDK for Java: it takes Maven, a JDK, 24 MB from Maven Central into build-bench-java and two minutes more.
CORPUS ?= $(wildcard ../shared/corpus)
bench: $(BUILD)/build.ninja
	@tools/setup bench || true
	@tools/dynamodb-emulator fetch || true
	@[ -d build-bench-python/boto3 ] || python3 -m pip install --quiet --require-hashes --no-deps --target build-bench-python -r bench/packages.txt || true
	@[ -z '$(JAVA_SDK)' ] || bench/java_asked.py fetch || true
	@grep -q hansard-bench-sqlcipher $(BUILD)/build.ninja || meson setup --reconfigure $(BUILD) >/dev/null
	@ninja -C $(BUILD) $(JOBS) --quiet hansard benchmarks
	@$(BUILD)/bench/hansard-bench $(if $(JAVA_SDK),--java) $(BENCH) $(BUILD)/hansard $(if $(CORPUS),$(CORPUS) rfc-0058,examples lending)

# Builds what is installed, and no tests.
install: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(JOBS) --quiet installed
	@meson install -C $(BUILD) --no-rebuild

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	@rm -rf build build-*
