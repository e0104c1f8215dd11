using Migrator.Scripts;
using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>
/// Rules about the phases of a deployment, for a folder with a contract script. An expand script runs while the old version of the application is in use, a contract
/// script after its last pod has ended.
/// </summary>
internal static class PhaseRules
{
    public static readonly LintRule Removal = new(
        "removal-in-expand",
        LintSeverity.Error,
        "An expand script runs while the old version of the application is in use. What the old version does with the removed or renamed object fails.",
        "Move the statement to a script whose name ends in .contract.sql. It runs after the last pod of the old version has ended.",
        "docs/phases.md#what-an-expand-script-may-do")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule Narrowing = new(
        "narrowing-in-expand",
        LintSeverity.Error,
        "An expand script runs while the old version of the application is in use. What the old version does, and could do before, fails if it breaks the new restriction. NOT VALID does not help, because PostgreSQL checks new rows.",
        "Let the new version follow the restriction first. Then move the statement to a script whose name ends in .contract.sql. It runs after the last pod of the old version has ended.",
        "docs/phases.md#what-an-expand-script-may-do")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule Cascade = new(
        "cascade-in-contract",
        LintSeverity.Error,
        "CASCADE also removes everything that depends on the object. The script does not name it, so no reader of the script sees that the running version uses it.",
        "Remove what depends on the object in statements before, by its name, and leave out CASCADE. PostgreSQL then refuses the statement if anything was forgotten, and names it.",
        "https://www.postgresql.org/docs/current/ddl-depend.html")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement) => statement.Phase switch
    {
        ScriptPhase.Expand => RemovalRule.Find(statement).Concat(NarrowingRule.Find(statement)),
        ScriptPhase.Contract => statement.Old.Where(c => c.IsCascade).Select(FindCascade),
        _ => [],
    };

    /// <summary>
    /// Leaves out the matches of rules that only warn about the old version: in a contract script, and for a change of an expand script for which a rule of this class
    /// has a match.
    /// </summary>
    public static IEnumerable<RuleMatch> WithoutReplaced(IReadOnlyList<RuleMatch> matches, ScriptPhase? phase) => phase switch
    {
        ScriptPhase.Contract => matches.Where(m => !IsAboutOldVersion(m)),
        ScriptPhase.Expand => matches.Where(m => !IsAboutOldVersion(m) || !matches.Any(p => (p.Rule == Removal || p.Rule == Narrowing) && ReferenceEquals(p.Change, m.Change))),
        _ => matches,
    };

    // REFRESH … WITH NO DATA breaks the new version, too.
    private static bool IsAboutOldVersion(RuleMatch match) => match.Change?.Kind != ChangeKind.RefreshMaterializedView
        && (match.Rule == CompatibilityRules.Rename || match.Rule == CompatibilityRules.DropTable || match.Rule == CompatibilityRules.DropColumn
            || match.Rule == CompatibilityRules.DropObject || match.Rule == CompatibilityRules.RowSecurity);

    private static RuleMatch FindCascade(SchemaChange change) => change.Kind switch
    {
        ChangeKind.Truncate => new RuleMatch(Cascade, $"TRUNCATE … CASCADE also empties every table with a foreign key to {DisplayName.Of(change.Table)}", change)
        {
            SaferWay = "Name all tables in TRUNCATE, and leave out CASCADE. PostgreSQL then refuses the statement if a table was forgotten, and names it.",
        },
        // https://www.postgresql.org/docs/current/sql-revoke.html: dependent privileges
        ChangeKind.Revoke => new RuleMatch(Cascade, "REVOKE … CASCADE also revokes what the role has granted to other roles", change)
        {
            SaferWay = "Revoke the privilege from each role by its name, and leave out CASCADE. PostgreSQL then refuses the statement if a role was forgotten.",
        },
        _ => new RuleMatch(Cascade, $"{change.StatementName} … CASCADE also removes what depends on {Removed(change)}", change),
    };

    private static string Removed(SchemaChange change) => change.Part ?? change.Column ?? DisplayName.Of(change.Name ?? change.Table);
}
