# Everything a newcomer needs: `make demo` and `make test` work from a clean checkout of Debian 12 with a Swift toolchain.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

JOBS ?= 2
PACKAGES := python3 pkg-config libavcodec-dev libavformat-dev libswscale-dev libwebp-dev libturbojpeg0-dev \
	libjpeg62-turbo-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev
TEST_PACKAGES := ffmpeg openssl curl python3
# What the reliability tests play with: file systems, bad lines, units; `make test-vm` needs the rest of the virtual machine.
RELIABILITY_PACKAGES := gcc libc6-dev libfuse3-dev fuse3 e2fsprogs iproute2 nftables systemd util-linux
# What the peer of `make benchmark-streaming` is made of.
PEER_PACKAGES := python3-opencv python3-requests
# What builds and runs the virtual machine of `make test-vm`.
VM_PACKAGES := qemu-system-x86 busybox-static cpio xz-utils kmod mmdebstrap erofs-utils gcc-12 gcc libc6-dev make binutils
# Recordings with truth and their scorers; tests and `make accuracy` say so when the folder is absent.
DATA ?= ../shared/data
# Every scenario is rendered anew for so many seeds.
SEEDS ?= 2
# Stories of the delivery simulation in `make reliability`, and how long each fuzz target runs in `make fuzz`.
DELIVERY_SEEDS ?= 10000
FUZZ_SECONDS ?= 60

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: packages test-packages
packages: ## Install the Debian packages that building needs (root or sudo)
	@Tools/install-packages $(PACKAGES)
test-packages: packages
	@Tools/install-packages $(TEST_PACKAGES)

.PHONY: build
build: packages ## The daemon and its tools, optimised, in .build/release
	swift build -c release -j $(JOBS)

.PHONY: demo
demo: build ## The whole job on a rendered lane (or RECORDING=FOLDER): passages, pictures, outbox, stand-in cloud, report
	@Tools/demo "$(RECORDING)"

.PHONY: test
test: test-packages ## Every test: first what talks on the wire, then what computes, then whole programs one after the other
# Apart, because each has deadlines of its own: libcurl lets go of connections that were idle for two minutes, and a program that
# runs in real time misses its time when ten others do.
	swift test -j $(JOBS) --filter UploaderTests
	swift test -j $(JOBS) --skip-build --skip UploaderTests --skip EndToEndTests
	swift test -j $(JOBS) --skip-build --no-parallel --filter EndToEndTests

.PHONY: reliability reliability-short reliability-ci
# Measured programs are optimised ones, and so are the seeds.
reliability-short: build test-packages ## A sample of the reliability tests, each with a control that must fail (minutes; ONLY='upgrade security-gate')
	@Tools/install-packages $(RELIABILITY_PACKAGES) $(VM_PACKAGES)
	CAPTURE_BIN=.build/release Tests/Reliability/run-all short $(ONLY)
reliability-ci: build test-packages ## The same without the virtual machine, as continuous integration has it
	@Tools/install-packages $(RELIABILITY_PACKAGES)
	CAPTURE_BIN=.build/release Tests/Reliability/run-all ci
reliability: build test-packages ## All of them: every point of failure, 50 power cuts, 10,000 seeds of the delivery simulation (hours)
	@Tools/install-packages $(RELIABILITY_PACKAGES) $(VM_PACKAGES)
	Tests/Seeds/seeds $(DELIVERY_SEEDS)
	CAPTURE_BIN=.build/release Tests/Reliability/run-all long $(ONLY)

.PHONY: fuzz
fuzz: build ## Every reader of bytes from outside, and delivery itself, under libFuzzer and the address sanitizer (FUZZ_SECONDS=60 each)
	Tests/Fuzz/fuzz $(FUZZ_SECONDS)

.PHONY: sanitize
sanitize: test-packages ## Every test, and the programs that tests start, under the thread and then the address sanitizer (each builds anew)
	JOBS=$(JOBS) Tests/sanitize thread
	JOBS=$(JOBS) Tests/sanitize address

.PHONY: test-vm
test-vm: build test-packages ## The daemon on real kernel devices, in a virtual machine (LONG=1, ONLY='usb.*')
	@Tools/install-packages $(VM_PACKAGES)
	@LONG="$(LONG)" ONLY="$(ONLY)" AGAIN="$(AGAIN)" Tests/VirtualMachine/test-vm

.PHONY: accuracy
accuracy: build test-packages ## Passages in real clips (DATA=../shared/data) and rendered scenarios (SEEDS=40), plates in pictures, against the truth
	@Tools/accuracy "$(DATA)" --seeds "$(SEEDS)" --jobs "$(JOBS)"
	@Tools/plate-accuracy "$(DATA)"

.PHONY: benchmark benchmark-baseline benchmark-streaming
benchmark: packages ## What the steps cost, as ratios to peers in the same run (ONLY=idle-6,plates); docs/guide/benchmarks.md
	swift build -c release -j $(JOBS) --product benchmark
	swift build -c release -j $(JOBS) --product picture-benchmark
	@.build/release/benchmark $(if $(ONLY),--only $(ONLY)) --baseline Benchmarks/baseline.json --json .build/benchmark.json
	@$(if $(ONLY),,.build/release/picture-benchmark --json .build/picture-benchmark.json)
benchmark-baseline: packages ## Write this machine's ratios into Benchmarks/baseline.json (ONLY=… as above), to be committed with the reason
	swift build -c release -j $(JOBS) --product benchmark
	@.build/release/benchmark $(if $(ONLY),--only $(ONLY)) --baseline Benchmarks/baseline.json --write

benchmark-streaming: build test-packages ## Six cameras in real time through the whole daemon to the cloud, over lines of 20 and 100 Mbit/s (PASSAGES=3 MBIT='20 100')
	@Tools/install-packages gcc libc6-dev iproute2
	@Tools/install-packages $(PEER_PACKAGES) || echo "the peer is left out"
	@Benchmarks/streaming --passages $(or $(PASSAGES),3) --json .build/streaming.json
	@for line in $(or $(MBIT),20 100); do \
		Benchmarks/streaming --passages $(or $(PASSAGES),3) --line $$line --peer --json .build/streaming-$$line.json || status=1; \
	done; exit $${status:-0}

.PHONY: lint
lint: ## The formatter's rules, and warnings are errors anyway
	swift format lint --strict --recursive Package.swift Sources Tools Benchmarks
	swift format lint --strict --recursive --configuration Tests/.swift-format Tests

.PHONY: format
format: ## Let the formatter do it
	swift format --in-place --recursive Package.swift Sources Tools Benchmarks
	swift format --in-place --recursive --configuration Tests/.swift-format Tests

.PHONY: clean
clean: ## Remove what was built and rendered
	rm -rf .build .build-thread .build-address .build-fuzz .build-seeds demo
