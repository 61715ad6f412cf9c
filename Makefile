# Everything here sets up what it needs, once, and works offline afterwards.
# PYTHON chooses the interpreter: make test PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo fast sanitize test test-compiled test-all test-quick notebooks book class lite wheels bench bench-quick lint types format pictures clean

help:  ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# A stamp for each set of extras: installed again only when pyproject.toml changes.
$(BIN)/python:
	$(if $(UV),$(UV) venv --quiet --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	@echo "Installing chainrule with its extras: $*"
	$(if $(UV),VIRTUAL_ENV=$(abspath $(VENV)) $(UV) pip install --quiet,$(BIN)/python -m pip install --quiet --disable-pip-version-check) -e ".[$*]"
	@touch $@

demo: $(VENV)/.installed-learn  ## the main job: a real sample through a small network, its gradients checked and drawn
	$(BIN)/python -m chainrule demo

# The tests start many processes: without the compiled files each would compile all that it imports.
test test-compiled test-quick test-all: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.installed-test $(VENV)/.installed-lint lint  ## every test and check
	CHAINRULE_PURE=1 $(BIN)/python -m pytest -n 3 --dist loadfile
	@$(MAKE) --no-print-directory test-compiled

# The tests that use `Value` most, run again on the compiled core if there is a C compiler.
ON_VALUES := $(addprefix tests/autograd/test_,compiled.py value.py graph.py table.py modes.py \
  first_tries.py random_programs.py interrupts.py stale_data.py lost_gradients.py bad_input.py \
  derivatives.py composite.py kinds.py check.py) tests/trace/test_same_as_eager.py \
  tests/trace/test_replay.py tests/nn/test_models.py tests/viz/test_dot.py

test-compiled: $(VENV)/.installed-test fast  ## the tests that use Value most, on the compiled core
	@! $(BIN)/python -c "import autograd, sys; sys.exit(not autograd.accelerated)" || \
	  $(BIN)/python -m pytest -n 3 --dist loadfile -m "not slow and not thorough" -k "not structural and not tensors" $(ON_VALUES)

test-quick: $(VENV)/.installed-test  ## the tests that take less than a minute in all
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "not slow and not browser and not notebook and not thorough"

# HIPS autograd has the same import name as ours, so it gets an environment of its own.
.venv-hips/.installed:
	$(if $(UV),$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv-hips,$(PYTHON) -m venv .venv-hips)
	$(if $(UV),VIRTUAL_ENV=$(abspath .venv-hips) $(UV) pip install --quiet,.venv-hips/bin/python -m pip install --quiet --disable-pip-version-check) autograd
	@touch $@

test-all: $(VENV)/.installed-test $(VENV)/.installed-lint .venv-hips/.installed lint types  ## every test, the long fuzz runs and the comparisons with installed peers included
	$(BIN)/python -m pytest -n 3 --dist loadfile -m ""

lint: $(VENV)/.installed-lint $(VENV)/.installed-test  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict tests/typing/lines.py

types: $(VENV)/.installed-lint $(VENV)/.installed-test  ## a second type checker, the one of many editors
	$(BIN)/pyright --pythonpath $(BIN)/python

format: $(VENV)/.installed-lint  ## let ruff fix what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebooks: $(VENV)/.installed-notebooks  ## open the course in JupyterLab
	$(BIN)/jupyter lab notebooks

book: $(VENV)/.installed-notebooks  ## the course as one offline site in site/
	$(BIN)/python notebooks/book.py

# The site is for browsers only, and its builder needs old versions, so it gets its own environment.
.venv-lite/.installed: pyproject.toml
	$(if $(UV),$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv-lite,$(PYTHON) -m venv .venv-lite)
	$(if $(UV),VIRTUAL_ENV=$(abspath .venv-lite) $(UV) pip install --quiet,.venv-lite/bin/python -m pip install --quiet --disable-pip-version-check) -e ".[lite]"
	@touch $@

lite: .venv-lite/.installed  ## the course for browsers, with nothing to install, in lite/ (PYODIDE=folder includes Pyodide too)
	.venv-lite/bin/python notebooks/lite.py $(if $(PYODIDE),--pyodide $(PYODIDE))

class: $(VENV)/.installed-notebooks  ## for teachers: the student's edition, slides, plans, worksheets and quizzes, in class/
	cd notebooks && $(abspath $(BIN))/python -m kit ../class

wheels: $(BIN)/python  ## the wheels of a release without the compiled core, in dist/
	for tag in any cp310-abi3-manylinux_2_28_x86_64 cp310-abi3-manylinux_2_28_aarch64 \
	  cp310-abi3-macosx_11_0_arm64 cp310-abi3-macosx_11_0_x86_64 cp310-abi3-win_amd64; do \
	  CHAINRULE_WHEEL=$$tag $(BIN)/python -m pip wheel --quiet --no-deps -w dist . || exit 1; done

fast: $(BIN)/python  ## build the compiled core of single numbers in place, where there is a C compiler
	@$(BIN)/python autograd/compiled/build.py

# Small objects come from malloc, so that each has its own bounds; test_compiled.py counts leaks.
sanitize: $(VENV)/.installed-test  ## the tests of the compiled core, with sanitizers for addresses and undefined behaviour
	$(BIN)/python autograd/compiled/build.py -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
	LD_PRELOAD="$$(gcc -print-file-name=libasan.so) $$(gcc -print-file-name=libubsan.so)" \
	  ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc $(BIN)/python -m pytest -n 0 -p no:cacheprovider \
	  $(wordlist 1,3,$(ON_VALUES)) tests/autograd/test_random_programs.py; \
	  status=$$?; $(BIN)/python autograd/compiled/build.py; exit $$status

pictures: $(VENV)/.installed-notebooks  ## draw the pictures of the README and the lecture again
	$(BIN)/python docs/pictures.py
	$(BIN)/python notebooks/pictures.py

# The peers are many and heavy, so they get an environment of their own and the others stay small.
.venv-bench/.installed: pyproject.toml
	$(if $(UV),$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv-bench,$(PYTHON) -m venv .venv-bench)
	$(if $(UV),VIRTUAL_ENV=$(abspath .venv-bench) $(UV) pip install --quiet,.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check) -e ".[bench]"
	@touch $@

bench: .venv-bench/.installed  ## time every workload against its peers, as ratios
	.venv-bench/bin/python autograd/compiled/build.py
	.venv-bench/bin/python -m benchmarks

bench-quick: .venv-bench/.installed  ## the same in under two minutes
	.venv-bench/bin/python autograd/compiled/build.py
	.venv-bench/bin/python -m benchmarks --quick

clean:  ## remove the environments and everything generated
	rm -rf $(VENV) .venv-* out site lite build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -f autograd/compiled/*.so autograd/compiled/*.pyd
