//! What a file may cost whatever its format, beside [`Options`](crate::Options); what one format may
//! cost in its own way stands there. All is counted by us, whatever a parser counts.

/// The most entries of an archive.
pub(crate) const MAX_ENTRIES: usize = 10_000;
/// The most bytes that all entries of an archive unpack to.
pub(crate) const MAX_UNPACKED: u64 = 200 * MIB;
/// The most bytes that one entry unpacks to.
pub(crate) const MAX_PART: u64 = 64 * MIB;
/// How many times its packed size an entry may unpack to, beyond its first [`FREE_OF_RATIO`] bytes.
pub(crate) const MAX_RATIO: u64 = 200;
/// Bytes of an entry that are unpacked whatever their ratio.
pub(crate) const FREE_OF_RATIO: u64 = MIB;
/// How deep elements, groups or parts may nest.
pub(crate) const MAX_DEPTH: usize = 256;
/// The most cells of a table of text, or of all sheets of a workbook, that are written.
pub(crate) const MAX_CELLS: usize = 500_000;
/// The most pages, sheets or slides that are read.
pub(crate) const MAX_PAGES: usize = 5_000;

const MIB: u64 = 1024 * 1024;
