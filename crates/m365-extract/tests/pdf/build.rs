//! Small PDF documents.

/// A document under construction.
pub(super) struct Builder {
    pages: Vec<String>,
    notes: String,
    map: String,
    info: String,
    /// Objects by number, from 20 on.
    more: Vec<(usize, Vec<u8>)>,
    trailer: String,
}

/// The content of a page with texts at places.
pub(super) fn shown(texts: &[(i32, i32, &str)]) -> String {
    let show = |(x, y, text): &(i32, i32, &str)| format!("BT /F1 11 Tf {x} {y} Td ({text}) Tj ET ");
    texts.iter().map(show).collect()
}

/// A stream object.
pub(super) fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dict}/Length {}>>stream\n", data.len()).into_bytes();
    object.extend_from_slice(data);
    object.extend_from_slice(b"\nendstream");
    object
}

impl Builder {
    pub(super) fn pages(pages: &[&str]) -> Self {
        let pages = pages.iter().map(|page| (*page).to_owned()).collect();
        let (notes, map, info) = (String::new(), String::new(), String::new());
        Self { pages, notes, map, info, more: Vec::new(), trailer: String::new() }
    }

    pub(super) fn notes(self, notes: &str) -> Self {
        Self { notes: notes.to_owned(), ..self }
    }

    /// What the codes of `/F4` stand for.
    pub(super) fn map(self, map: &str) -> Self {
        Self { map: map.to_owned(), ..self }
    }

    pub(super) fn info(self, title: &str) -> Self {
        Self { info: format!("/Title({title})"), ..self }
    }

    pub(super) fn trailer(self, entries: &str) -> Self {
        Self { trailer: entries.to_owned(), ..self }
    }

    pub(super) fn object(mut self, number: usize, object: impl Into<Vec<u8>>) -> Self {
        self.more.push((number, object.into()));
        self
    }

    /// The file. Object 20 on are named `X20` and so on among the forms.
    pub(super) fn bytes(self) -> Vec<u8> {
        let first = 1_000;
        let kids: Vec<String> =
            (0..self.pages.len()).map(|page| format!("{} 0 R", first + 2 * page)).collect();
        let forms: String =
            self.more.iter().map(|(number, _)| format!("/X{number} {number} 0 R")).collect();
        let font = |name: &str| {
            format!("<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>")
        };
        let mut objects: Vec<(usize, Vec<u8>)> = vec![
            (1, b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[11 0 R]/D<</OFF[11 0 R]>>>>>>".to_vec()),
            (2, format!("<</Type/Pages/Count {}/Kids[{}]>>", kids.len(), kids.join(" ")).into()),
            (3, font("Helvetica").into()),
            (4, font("Helvetica-Bold").into()),
            (5, font("Courier").into()),
            (6, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R>>".to_vec()),
            (7, stream("", self.map.as_bytes())),
            (8, stream("/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", b"x")),
            (9, format!("<<{}>>", self.info).into()),
            (10, format!("<</Font<</F1 3 0 R/F2 4 0 R/F3 5 0 R/F4 6 0 R/F5 30 0 R>>/XObject<</Im0 8 0 R{forms}>>/Properties<</Off 11 0 R>>>>").into()),
            (11, b"<</Type/OCG/Name(layer)>>".to_vec()),
        ];
        objects.extend(self.more);
        for (number, content) in self.pages.iter().enumerate() {
            let own = first + 2 * number;
            let page = format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources 10 0 R/Contents {} 0 R/Annots[{}]>>",
                own + 1,
                self.notes,
            );
            objects.push((own, page.into()));
            objects.push((own + 1, stream("", content.as_bytes())));
        }
        write(&objects, &self.trailer)
    }
}

fn write(objects: &[(usize, Vec<u8>)], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects {
        places.push((number, bytes.len()));
        bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let mut table = "xref\n0 1\n0000000000 65535 f \n".to_owned();
    for (number, place) in places {
        table.push_str(&format!("{number} 1\n{place:010} 00000 n \n"));
    }
    table.push_str(&format!(
        "trailer\n<</Size 5000/Root 1 0 R/Info 9 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    ));
    bytes.extend_from_slice(table.as_bytes());
    bytes
}
