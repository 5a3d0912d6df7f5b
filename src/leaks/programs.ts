/**
 * The programs that run inside a sandbox to show what can be read there: bash, find, coreutils and git, since a repository
 * need not have Python. They are told nothing that is secret, change nothing, and print records of three fields that end in
 * a zero byte each: kind, name, value.
 */

const START = `
export LC_ALL=C GIT_OPTIONAL_LOCKS=0
mapfile -d '' -t given
row() { printf '%s\\0' "$1" "$2" "$3"; }
bytes() { printf '%s\\0' "$1" "$2"; base64 -w0; printf '\\0'; }
`;

/** Lists Python's import folders by asking the Python that a command would find, else by where they usually are. */
const IMPORT_FOLDERS = `
imports=()
mapfile -d '' -t imports < <(python3 -B -c '
import sys, site
places = sys.path[1:] + [site.getusersitepackages()] + site.getsitepackages()
sys.stdout.buffer.write(b"".join(place.encode("utf-8", "surrogateescape") + b"\\0" for place in places))
' 2>/dev/null)
shopt -s nullglob
imports+=(/usr/lib/python3*/ /usr/lib/python3*/site-packages /usr/local/lib/python3*/site-packages)
imports+=(/usr/local/lib/python3*/dist-packages "$HOME"/.local/lib/python3*/site-packages /opt/*/lib/python3*/site-packages)
`;

/**
 * Input: \`all\` (this machine is the sandbox's own) or \`own\` (it is not: the sandbox's folders alone), then the
 * harness's paths. Prints processes, environment, descriptors, mounts, and the names and sizes of files; \`/usr\` and its
 * like are left to \`LIST_SYSTEM\`.
 */
export const SURVEY = `${START}${IMPORT_FOLDERS}
mode=\${given[0]}
for path in "\${given[@]:1}"; do [ -r "$path" ] && row readable "$path" ''; done
bytes environment /proc/self/environ < /proc/$$/environ
bytes mounts /proc/self/mountinfo < /proc/$$/mountinfo
for process in /proc/[0-9]*; do
  for part in environ cmdline maps; do
    { bytes process "$process/$part" < "$process/$part"; } 2>/dev/null
  done
done
find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd/* -maxdepth 0 -printf 'link\\0%p\\0%l\\0' 2>/dev/null
for descriptor in /proc/$$/fd/*; do
  number=\${descriptor##*/}
  [ "$number" -gt 2 ] && [ -d "$descriptor" ] && row folder "descriptor $number" "$(readlink "$descriptor")"
  [ -f "$descriptor" ] && head -c 16777216 "$descriptor" | bytes descriptor "descriptor $number"
done
roots=()
if [ "$mode" = all ]; then
  roots=(/)
  while read -r _ _ _ _ point rest; do
    kind=\${rest##* - }
    case \${kind%% *} in proc|sysfs|cgroup|cgroup2|devpts|devtmpfs|mqueue|securityfs|debugfs|tracefs|bpf) continue ;; esac
    printf -v point %b "$point"
    row mountpoint "$point" ''
    roots+=("$point")
  done < /proc/self/mountinfo
else
  roots=("$PWD" "$HOME" "$TMPDIR")
  while read -r _ _ _ _ point _; do
    printf -v point %b "$point"
    case $point in "$PWD"/*|"$HOME"/*|"$TMPDIR"/*) row mountpoint "$point" ''; roots+=("$point") ;; esac
  done < /proc/self/mountinfo
fi
for place in "\${imports[@]}"; do
  row imports "$place" ''
  case $place in ''|/usr|/usr/*) ;; /*) [ -e "$place" ] && roots+=("$place") ;; esac
done
find "\${roots[@]}" -xdev \\( -path /proc -o -path /sys -o -path /usr -o -path /bin -o -path /sbin -o -path '/lib' -o -path '/lib[36x]*' \\) -prune \\
  -o -type f -readable -printf 'file\\0%p\\0%s\\0' -o -type l -printf 'symlink\\0%p\\0%l\\0' 2>/dev/null
row end '' ''
`;

/** Prints the names of the distribution's own files, without asking for anything about each: there are a hundred thousand. */
export const LIST_SYSTEM = "find /usr -xdev -type f -print0 2>/dev/null; true";

/** Input: paths. Prints, for each that can be read, its size and its name. */
export const SIZES =
  'xargs -0 -r sh -c \'find "$@" -maxdepth 0 -readable -printf "%s\\0%p\\0"\' sh 2>/dev/null; true';

/** Input: paths. Prints SHA-256 digests as \`sha256sum -z\` does. */
export const DIGEST = "LC_ALL=C xargs -0 -r sha256sum -z -- 2>/dev/null; true";

/** Input: paths. Prints the files' bytes, one after the other. */
export const READ = "xargs -0 -r cat -- 2>/dev/null; true";

/** Input: git folders. Prints, for each, its objects' ids and kinds, and its index. */
export const LIST_GIT = `${START}
for folder in "\${given[@]}"; do
  git=(git -c 'safe.directory=*' --git-dir="$folder")
  "\${git[@]}" rev-parse --git-dir > /dev/null 2>&1 || { row broken "$folder" ''; continue; }
  "\${git[@]}" cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)' 2>/dev/null | bytes objects "$folder"
  "\${git[@]}" ls-files -s -z 2>/dev/null | bytes index "$folder"
done
row end '' ''
`;

/** Input: a git folder, then ids. Prints the objects as \`git cat-file --batch\` does. */
export const READ_GIT = `${START}
printf '%s\\n' "\${given[@]:1}" | git -c 'safe.directory=*' --git-dir="\${given[0]}" cat-file --batch
`;
