# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for pydetectctl(8). tests/host/test_docs.py compares it with
# what the commands take.

_pydetectctl_commands='load check test explain status mode lock confirm monitor
	events report top scan rules windows sign dump doctor'

# The options of a command.
_pydetectctl_options() {
	case $1 in
	load) echo '--signature --skip-unsupported --any-product' ;;
	check) echo '--json --output --serial --any-product' ;;
	test) echo '--json --any-product' ;;
	explain) echo '--rules --event --all --set --json --any-product' ;;
	mode)
		echo '--confirm-within --for --fallback-above --on-error --json'
		;;
	lock) echo '--freeze' ;;
	monitor)
		echo '--from --count --text --verbose --no-fold --json --journal
			--store --keep --keep-size --state'
		;;
	events)
		echo '--since --until --rule --level --label --user --parent
			--verdict --limit --oldest-first --no-fold --store
			--columns --csv --json'
		;;
	report) echo '--since --until --store --output' ;;
	top) echo '--interval --once' ;;
	status) echo '--readers --json' ;;
	scan)
		echo '--rules --json --format --all --mode --any-product
			--skip-unsupported'
		;;
	rules) echo '--sort --json' ;;
	windows) echo '--limit --json' ;;
	sign) echo '--key --cert --output' ;;
	dump) echo '--any-product' ;;
	doctor) echo '--json' ;;
	esac
	echo '--help'
}

# What an option of a command takes: words, FILE or ANY; fails if nothing.
_pydetectctl_value() {
	case $1:$2 in
	load:--signature | check:--output | explain:--rules | explain:--event) ;;
	scan:--rules | scan:--json | sign:--key | sign:--cert | sign:--output) ;;
	sign:-o) ;;
	monitor:--store | monitor:--state | events:--store) ;;
	report:--store | report:--output) ;;
	events:--since | events:--until | report:--since | report:--until)
		echo '1h 24h 7d 30d' && return
		;;
	events:--level)
		echo 'informational low medium high critical' && return
		;;
	events:--verdict) echo 'deny would-deny report error' && return ;;
	events:--rule) _pydetectctl_rule_ids && return ;;
	events:--user) compgen -u && return ;;
	events:--columns) echo 'sentinel elastic help' && return ;;
	events:--label | events:--parent | events:--limit) echo ANY && return ;;
	monitor:--keep) echo '7d 30d 90d' && return ;;
	monitor:--keep-size) echo '500M 1G' && return ;;
	top:--interval) echo '1s 2s 10s' && return ;;
	mode:--confirm-within | mode:--for) echo '60s 10m 1h 1d' && return ;;
	mode:--on-error) echo 'allow deny' && return ;;
	scan:--format) echo 'auto ndjson ecs audit' && return ;;
	scan:--mode) echo 'block report' && return ;;
	rules:--sort) echo 'matched denied level title' && return ;;
	check:--serial | mode:--fallback-above | windows:--limit) echo ANY && return ;;
	monitor:--from | monitor:--count) echo ANY && return ;;
	explain:--set)
		echo 'Image= CommandLine= ParentImage= ParentCommandLine=
			CurrentDirectory= User=' && return
		;;
	*) return 1 ;;
	esac
	echo FILE
}

# Of the policy in force; nothing where it may not be asked.
_pydetectctl_rule_ids() {
	pydetectctl rules --json 2>/dev/null |
		grep -o '"id":"[^"]*"' | cut -d '"' -f 4
}

# What stands for itself behind a command, other than options.
_pydetectctl_arguments() {
	case $1 in
	load | check | test | explain | scan | sign | dump) echo FILE ;;
	mode) echo 'off report block' ;;
	rules)
		case ${COMP_WORDS[2]}:$COMP_CWORD in
		set:3) _pydetectctl_rule_ids ;;
		set:4) echo 'report block default' ;;
		*:2) echo set ;;
		esac
		;;
	esac
}

# _pydetectctl_offer WORDS CURRENT: words, or files.
_pydetectctl_offer() {
	case $1 in
	ANY) ;;
	FILE)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$2")
		;;
	*) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2") ;;
	esac
	[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
}

_pydetectctl() {
	local command=${COMP_WORDS[1]} current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]} words
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_pydetectctl_offer "$_pydetectctl_commands --help --version" "$current"
	elif words=$(_pydetectctl_value "$command" "$previous"); then
		_pydetectctl_offer "$words" "$current"
	elif [[ $current == -* ]]; then
		_pydetectctl_offer "$(_pydetectctl_options "$command")" "$current"
	else
		_pydetectctl_offer "$(_pydetectctl_arguments "$command")" "$current"
	fi
}

complete -F _pydetectctl pydetectctl
