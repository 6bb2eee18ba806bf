//! Imports of the registry: of what committees really have, of what would harm, taken back, stopped, on both engines.

mod cards;
mod files;
mod hostile;
mod imports;
mod orgs;
mod quality;
mod spoilt;
mod undo;

use crate::story::world::World;
use otklik_core::desk::{ImportRequest, MemberImport, RegistryFile, read_registry};
use otklik_core::types::{Actor, RowFate};

pub fn csv(text: &str) -> RegistryFile {
    read_registry(text.as_bytes(), None).expect("a registry")
}

/// Imports a file and checks that every row of it is accounted for.
pub async fn import(world: &World, file: RegistryFile, name: &str) -> MemberImport {
    let request = ImportRequest::of(file, name, false);
    import_as(world, &world.head, request).await
}

/// Shows an import, then does it, and checks that both say the same and that the sums are right.
pub async fn import_as(world: &World, actor: &Actor, mut request: ImportRequest) -> MemberImport {
    let shown = world.desk.import_members(actor, request.clone()).await.expect("shown");
    (request.apply, request.expected) = (true, Some(shown.counts));
    let done = world.desk.import_members(actor, request).await.expect("done");
    assert_eq!(shown.counts, done.counts, "what is shown is what is done");
    let counts = done.counts;
    let all =
        counts.empty + counts.new + counts.changed + counts.same + counts.conflicting + counts.unreadable;
    assert_eq!(counts.rows, all, "every row is accounted for: {counts:?}");
    for (fate, count) in [
        (RowFate::New, counts.new),
        (RowFate::Changed, counts.changed),
        (RowFate::Vanished, counts.vanished),
        (RowFate::Conflicting, counts.conflicting),
        (RowFate::Unreadable, counts.unreadable),
    ] {
        let rows = done.diff.iter().filter(|row| row.fate == fate);
        assert_eq!(rows.clone().count(), count, "{fate:?}");
        assert!(rows.clone().all(|row| row.line > 0), "each row has its line");
    }
    done
}

/// The registry in one line: each row's id, name, and whether it is missing.
pub fn registry(world: &World) -> String {
    let join = if world.on() == "sqlite" { "group_concat" } else { "string_agg" };
    let all = world.sql(&format!(
        "SELECT {join}(told, '; ') FROM (SELECT coalesce(source_id, '') || ' ' || name_raw || \
         CASE WHEN missing_since IS NULL THEN '' ELSE ' missing' END AS told FROM members ORDER BY source_id) AS rows_told"
    ));
    assert!(!all.is_empty(), "there are rows");
    all
}
