//! Members that no plan knows, until the object that they are of is closed.

use std::collections::HashSet;

/// Members by the depth of their objects, which only grows from one to the next.
#[derive(Debug, Default)]
pub(super) struct UnknownMembers {
    members: Vec<(usize, String, Vec<u8>)>,
    /// A message may have any number of them, so that looking through all would take long.
    names: HashSet<(usize, String)>,
}

impl UnknownMembers {
    /// Keeps `member`, which is named `name`, of an object at `depth`; false when it has one with the name.
    pub(super) fn keep(&mut self, depth: usize, name: &str, member: Vec<u8>) -> bool {
        let new = self.names.insert((depth, name.to_owned()));
        if new {
            self.members.push((depth, name.to_owned(), member));
        }
        new
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many members of the object at `depth` are kept.
    pub(super) fn count(&self, depth: usize) -> usize {
        self.members.len() - self.members.partition_point(|(at, _, _)| *at < depth)
    }

    /// Gives away the members of the object at `depth`, and forgets those of objects below.
    pub(super) fn take(&mut self, depth: usize) -> Vec<Vec<u8>> {
        let first = self.members.partition_point(|(at, _, _)| *at < depth);
        let mut taken = Vec::new();
        for (at, name, member) in self.members.drain(first..) {
            self.names.remove(&(at, name));
            if at == depth {
                taken.push(member);
            }
        }
        taken
    }
}

/// An accessor that no part is called like, as a document of its own.
#[derive(Debug)]
pub(super) struct Renamed {
    pub(super) name: String,
    pub(super) raw: String,
}
