#!/bin/sh
# check_headers.sh ROOT ROOM INCLUDES CC...: each header of ROOT/ROOM compiles alone and may be included twice. INCLUDES are
# the folders of ROOT it may include from, joined by ':'. First the check itself is checked: it refuses a header that leans on
# another one.
set -u

root=$1
room=$2
includes=$3
shift 3

flags=
for folder in $(echo "$includes" | tr ':' ' '); do
	flags="$flags -I$root/$folder"
done

# compiles CC...: standard input is C that compiles without a warning.
compiles()
{
	# Flags are words without blanks.
	# shellcheck disable=SC2086
	"$@" -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror $flags -fsyntax-only -x c - 2>&1
}

headers=$(cd "$root/$room" && ls ./*.h)
echo "TAP version 13"
echo "1..$(($(echo "$headers" | wc -w) + 1))"

n=1
if printf 'int schema_headers(struct unheard_of);\n' | compiles "$@" >/dev/null; then
	echo "not ok $n - a header that needs another one is refused"
else
	echo "ok $n - a header that needs another one is refused"
fi

for header in $headers; do
	n=$((n + 1))
	name=${header#./}
	if output=$(printf '#include "%s"\n#include "%s"\n' "$root/$room/$name" "$root/$room/$name" | compiles "$@"); then
		echo "ok $n - $name compiles alone"
	else
		echo "$output" | sed 's/^/# /'
		echo "not ok $n - $name compiles alone"
	fi
done
