//! Which members a JSON object may have together, and whether one set of objects is within the other. Members have no order, so
//! that a content model is a list of cases, each with how often each member may be there.

use super::language::Times;
use crate::limits::DIFF_CASES;

/// How often each member may be there, by its number.
pub(super) type Case = Vec<Times>;

/// The cases of some objects; nothing where there are too many.
#[derive(Clone, Debug)]
pub(super) struct Objects(pub(super) Option<Vec<Case>>);

impl Objects {
    /// Those without a member, of `members` members.
    pub(super) fn empty(members: usize) -> Self {
        Self(Some(vec![vec![Times { least: 0, most: 0 }; members]]))
    }

    /// Those with the member `at`, so many times.
    pub(super) fn member(members: usize, at: usize, times: Times) -> Self {
        let mut case = vec![Times { least: 0, most: 0 }; members];
        if let Some(own) = case.get_mut(at) {
            *own = times;
        }
        Self(Some(vec![case]))
    }

    /// Those that are of either.
    pub(super) fn or(self, other: Self) -> Self {
        let both = self.0.zip(other.0).map(|(mut own, other)| {
            let new: Vec<Case> = other.into_iter().filter(|case| !own.contains(case)).collect();
            own.extend(new);
            own
        });
        Self(both.filter(|cases| cases.len() <= DIFF_CASES))
    }

    /// Those with what each of the two has.
    pub(super) fn and(self, other: &Self) -> Self {
        let both = self.0.zip(other.0.as_ref()).filter(|(own, other)| own.len() * other.len() <= DIFF_CASES);
        Self(both.map(|(own, other)| {
            own.iter().flat_map(|one| other.iter().map(move |other| sum(one, other))).collect()
        }))
    }

    /// Whether all of them are among `others`; nothing where that takes too long to find out.
    pub(super) fn are_within(&self, others: &Self) -> Option<bool> {
        let (own, others) = (self.0.as_ref()?, others.0.as_ref()?);
        for case in own {
            let mut left = vec![case.clone()];
            for other in others {
                left = left.iter().flat_map(|case| without(case, other)).collect();
                if left.len() > DIFF_CASES {
                    return None;
                }
            }
            if !left.is_empty() {
                return Some(false);
            }
        }
        Some(true)
    }
}

fn sum(one: &Case, other: &Case) -> Case {
    let add = |(a, b): (&Times, &Times)| Times {
        least: a.least.saturating_add(b.least),
        most: a.most.saturating_add(b.most),
    };
    one.iter().zip(other).map(add).collect()
}

/// What `case` has and `other` has not, in cases that have nothing in common.
fn without(case: &Case, other: &Case) -> Vec<Case> {
    let apart = |(a, b): (&Times, &Times)| a.most < b.least || b.most < a.least;
    if case.iter().zip(other).any(apart) {
        return vec![case.clone()];
    }
    let (mut out, mut rest) = (Vec::new(), case.clone());
    for (at, bound) in other.iter().enumerate() {
        let Some(own) = rest.get(at).copied() else { continue };
        let mut put = |times: Times| {
            let mut part = rest.clone();
            if let Some(place) = part.get_mut(at) {
                *place = times;
            }
            out.push(part);
        };
        if own.least < bound.least {
            put(Times { least: own.least, most: bound.least - 1 });
        }
        if own.most > bound.most {
            put(Times { least: bound.most + 1, most: own.most });
        }
        if let Some(place) = rest.get_mut(at) {
            *place = Times { least: own.least.max(bound.least), most: own.most.min(bound.most) };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_compared_case_by_case() {
        let once = |at| Objects::member(2, at, Times::ONCE);
        let maybe = |at| Objects::member(2, at, Times { least: 0, most: 1 });
        let choice = once(0).or(once(1));
        let free = maybe(0).and(&maybe(1));
        assert_eq!(choice.are_within(&free), Some(true));
        assert_eq!(free.are_within(&choice), Some(false));
        let spelled = choice.or(Objects::empty(2)).or(once(0).and(&once(1)));
        assert_eq!(free.are_within(&spelled), Some(true));
        let many = (0..20).fold(Objects::empty(20), |all, at| {
            all.and(&Objects::member(20, at, Times::ONCE).or(Objects::empty(20)))
        });
        assert_eq!(many.are_within(&many), None);
    }
}
