//! What the system lets this process have, as Linux tells it. Elsewhere nobody tells.

use std::fs;
use std::path::Path;

/// Bytes of memory that this process may have: the least of what its control groups, the rest of its address space and the machine have.
pub(crate) fn memory() -> Option<u64> {
    let groups = read("/proc/self/cgroup")
        .into_iter()
        .flat_map(|groups| of_groups(&groups, Path::new("/sys/fs/cgroup")));
    let space = read("/proc/self/limits").and_then(|limits| limit(&limits, "Max address space"));
    // The program and the stacks and heaps of its threads take a good part of it, used or not.
    let mapped = read("/proc/self/status").and_then(|status| kib(&status, "VmSize:"));
    let space = space.map(|space| space.saturating_sub(mapped.map_or(0, |mapped| mapped)));
    let machine = read("/proc/meminfo").and_then(|info| kib(&info, "MemTotal:"));
    groups.chain(space).chain(machine).min()
}

/// File descriptors that this process may have.
pub(crate) fn descriptors() -> Option<u64> {
    read("/proc/self/limits").and_then(|limits| limit(&limits, "Max open files"))
}

/// A file that is not there, or may not be read, says nothing.
pub(in crate::bridge) fn read(path: impl AsRef<Path>) -> Option<String> {
    // There is no such file on other systems, and where a group has no bound.
    fs::read_to_string(path).ok()
}

/// The bounds of the control groups `groups`, of each and of all above it, in version 2 (`memory.max`) and 1
/// (`memory.limit_in_bytes`). Inside of a container the path may be that outside of it; the root of what is mounted is its own then.
fn of_groups(groups: &str, mounted: &Path) -> Vec<u64> {
    let mut found = Vec::new();
    for group in groups.lines() {
        let mut parts = group.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let (below, file) = match controllers {
            "" => (mounted.to_owned(), "memory.max"),
            _ if controllers.split(',').any(|controller| controller == "memory") => {
                (mounted.join("memory"), "memory.limit_in_bytes")
            }
            _ => continue,
        };
        for above in Path::new(path.trim_start_matches('/')).ancestors() {
            found.extend(read(below.join(above).join(file)).and_then(|bound| number(&bound)));
        }
    }
    found
}

/// The soft limit `name` in `/proc/self/limits`; nothing where it is unlimited.
fn limit(limits: &str, name: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
    number(line.split_ascii_whitespace().next()?)
}

/// The bytes `name` in `/proc/meminfo` or `/proc/self/status`, which have them in KiB.
pub(in crate::bridge) fn kib(info: &str, name: &str) -> Option<u64> {
    let line = info.lines().find_map(|line| line.strip_prefix(name))?;
    number(line.split_ascii_whitespace().next()?)?.checked_mul(1024)
}

/// What is no number is a word for having no bound: `max`, `unlimited`.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A number that is too large is no bound either.
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_limits_are_read() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max address space         268435456            unlimited            bytes     \n\
                      Max open files            1024                 524288               files     \n\
                      Max stack size            unlimited            unlimited            bytes     \n";
        assert_eq!(limit(limits, "Max address space"), Some(256 << 20));
        assert_eq!(limit(limits, "Max open files"), Some(1024));
        assert_eq!((limit(limits, "Max stack size"), limit(limits, "Max nothing")), (None, None));
        assert_eq!(kib("MemTotal:       16384 kB\nMemFree: 1 kB\n", "MemTotal:"), Some(16 << 20));
    }

    #[test]
    fn the_least_of_a_group_and_those_above_it_is_found() {
        let mounted = std::env::temp_dir().join(format!("saponify-groups-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = mounted.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        };
        write("memory.max", "max\n");
        write("a/memory.max", "1000\n");
        write("a/b/memory.max", "2000\n");
        write("memory/c/memory.limit_in_bytes", "9223372036854771712\n");
        write("memory/memory.limit_in_bytes", "3000\n");
        let of = |groups: &str| of_groups(groups, &mounted).into_iter().min();
        assert_eq!(of("0::/a/b\n"), Some(1000));
        assert_eq!(of("0::/\n"), None);
        assert_eq!(of("5:cpu,memory:/c\n3:cpuset:/a\n"), Some(3000));
        assert_eq!(of("5:memory:/not/mounted\n0::/neither\n"), Some(3000));
        fs::remove_dir_all(&mounted).expect("removed");
    }
}
