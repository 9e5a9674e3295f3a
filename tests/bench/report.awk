# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: awk -v kernel=NAME -v objects=FILE -f report.awk RESULTS
#
# RESULTS is what guest.sh wrote. Prints a table, and appends a JSON object for
# each of its rows to FILE. Fails when the baseline has moved.
#
# Of what exec_bench measures, rows give the usual start. Where every start is
# told to somebody, its cost depends on when memory has to be fetched and when
# others get to run: there, the first row gives all that the machine did on
# average, the second what the exec alone took of that.

BEGIN {
	# In percent.
	DRIFT = 0.5

	title["absent"] = "module absent"
	title["no-policy"] = "module loaded, no policy"
	title["rules"] = "both detections"
	title["block"] = "both detections, rules that deny"
	title["hit-alone"] = "both detections, one hit, no listener"
	title["hit-listener"] = "both detections, one hit, listener"
	title["hit-stalled"] = "both detections, one hit, stalled listener"
	title["sigma"] = "Sigma rules"
	title["lineage"] = "a rule about lineages"
	title["followed"] = "a rule about lineages, of a process that is followed"
	title["build-id"] = "a rule about build ids"
	title["absent-again"] = "module removed again"
	title["execsnoop"] = "BPF execsnoop"
	title["auditd"] = "auditd, execve rule"

	kind["nothing"] = "unrelated program"
	kind["python3"] = "python3"

	told["hit-alone"] = told["hit-listener"] = told["hit-stalled"] = 1
	told["execsnoop"] = told["auditd"] = 1

	budget["no-policy", "nothing", 100] = 0.3
	budget["rules", "nothing", 100] = 0.8
	budget["rules", "python3", 100] = 2
	budget["rules", "nothing", 102400] = 40
	budget["rules", "python3", 102400] = 40
	budget["sigma", "nothing", 100] = 3
	# What the exec itself has to bear, for the listener has its own time.
	own_budget["hit-listener", "python3", 100] = 6
	own_budget["hit-stalled", "python3", 100] = 6

	printf "\n%s: instructions per exec\n\n", kernel
	printf "%-58s %8s %11s %9s %9s  %s\n", "case", "argv", \
		"instr.", "added", "overhead", "budget"
}

function verdict(percent, allowed) {
	if (allowed == "")
		return ""
	if (percent <= allowed)
		return sprintf("%.1f %%, held", allowed)
	return sprintf("%.1f %%, OVER by %.2f points", allowed, \
		percent - allowed)
}

function row(name, bytes, instructions, baseline, allowed,    added, percent) {
	added = instructions - baseline
	percent = baseline ? 100 * added / baseline : 0
	printf "%-58s %8d %11d %9d %7.2f %%  %s\n", name, bytes, instructions, \
		added, percent, verdict(percent, allowed)
	printf "{\"case\": \"%s\", \"kernel\": \"%s\", \"argv_bytes\": %d, " \
		"\"instructions_per_exec\": %d, \"overhead_percent\": %.2f}\n", \
		name, kernel, bytes, instructions, percent >>objects
	return percent
}

$1 == "missing" || $1 == "note" {
	text = $0
	sub(/^[a-z]+ [^ ]+ /, "", text)
	notes = notes sprintf("%s%s: %s\n", title[$2], \
		$1 == "missing" ? ", NOT MEASURED" : "", text)
	next
}

$1 == "absent" {
	usual[$2, $3] = $4
	all[$2, $3] = $5
	own[$2, $3] = $6
}

{
	name = title[$1] ", " kind[$2]
	if ($1 in told) {
		row(name, $3, $5, all[$2, $3], "")
		row(name ", the exec alone", $3, $6, own[$2, $3], \
			own_budget[$1, $2, $3])
		next
	}
	percent = row(name, $3, $4, usual[$2, $3], budget[$1, $2, $3])
	if ($1 == "absent-again")
		drift = percent
}

END {
	printf "\n%s", notes
	if (drift == "") {
		print "The measurements are not complete."
		exit 1
	}
	if (drift > DRIFT || drift < -DRIFT) {
		printf "Without the module: %.2f %% more than before.\n", drift
		exit 1
	}
}
