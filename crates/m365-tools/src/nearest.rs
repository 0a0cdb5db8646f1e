//! What somebody may have meant by a name that is not there.

use crate::words::fold;

/// How many names are proposed.
const MOST: usize = 5;

/// Returns the names that come nearest to `wanted`, the nearest first.
pub(crate) fn names<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let wanted = fold(wanted);
    let mut ranked: Vec<_> =
        candidates.into_iter().map(|name| (distance_to_part(&wanted, name), name)).collect();
    ranked.sort_unstable();
    ranked.dedup_by_key(|(_, name)| *name);
    ranked.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// Returns how far `wanted` is from a name or from the nearest of its words.
fn distance_to_part(wanted: &str, name: &str) -> usize {
    let name = fold(name);
    let words = name.split([' ', '/']).map(|word| distance(wanted, word) + 1);
    words.chain([distance(wanted, &name)]).min().unwrap_or(usize::MAX)
}

/// Returns the edit distance of Levenshtein, in characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, same) in other.iter().map(|one| *one == letter).enumerate() {
            let cheapest = diagonal + usize::from(!same);
            diagonal = row[column + 1];
            row[column + 1] = cheapest.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        let known = ["Engineering", "Finance", "General", "Suppliers"];

        assert_eq!(names("finanse", known)[0], "Finance");
        assert_eq!(names("ingineering", known)[0], "Engineering");
    }

    #[test]
    fn a_word_of_a_longer_name_counts() {
        let known = ["Jonas Lindqvist", "Ingrid Haugen", "Noa Ben-David"];

        assert_eq!(names("Hougen", known)[0], "Ingrid Haugen");
        assert_eq!(names("Apolo", ["Inbox", "Archive", "Projects/Apollo"])[0], "Projects/Apollo");
    }

    #[test]
    fn accents_make_no_difference() {
        assert_eq!(names("Malaga", ["Madrid", "Málaga"])[0], "Málaga");
    }

    #[test]
    fn no_more_than_five_different_names_are_proposed() {
        assert_eq!(names("a", ["a", "b", "a", "c", "d", "e", "f", "g"]).len(), 5);
        assert_eq!(names("a", ["a", "a"]), ["a"]);
    }

    proptest::proptest! {
        #[test]
        fn a_distance_is_the_same_both_ways(one in "\\PC{0,12}", other in "\\PC{0,12}") {
            proptest::prop_assert_eq!(distance(&one, &other), distance(&other, &one));
            proptest::prop_assert_eq!(distance(&one, &other) == 0, one == other);
        }
    }
}
