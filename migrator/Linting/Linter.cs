using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>Looks at scripts, in the order in which they run, for what would hurt an application that is running. Needs no database.</summary>
/// <param name="hasLockTimeout">Whether the run has a <c>--lock-timeout</c>.</param>
internal sealed class Linter(bool hasLockTimeout) : IScriptVisitor
{
    private readonly LintSchema _schema = new();
    private readonly List<Finding> _findings = [];

    // Of the script that is being read.
    private readonly List<Suppression> _suppressions = [];
    private readonly List<(int Statement, Finding Finding)> _found = [];
    private Script? _script;
    private int _statements;
    private LintTransaction? _transaction;
    private int _step;
    private bool _isLimited;

    /// <summary>The findings in the scripts that were read, in order of script and place.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Reads scripts that ran before: what they created is in use.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="placeholders">The values of their placeholders; null leaves them as they are.</param>
    public void AddBefore(IReadOnlyList<Script> scripts, PlaceholderValues? placeholders)
    {
        foreach (Script script in scripts)
        {
            using var reader = new ScriptReader(script, placeholders);
            while (reader.Read() is { } statement)
            {
                foreach (SchemaChange change in StatementChanges.Of(statement.Text))
                {
                    _schema.Note(change, isLinted: false);
                }
            }
        }
    }

    /// <inheritdoc/>
    public string CommentMarker => Suppression.Marker;

    /// <inheritdoc/>
    public void Start(Script script)
    {
        (_script, _statements, _transaction, _isLimited) = (script, 0, null, hasLockTimeout);
        _suppressions.Clear();
        _found.Clear();
    }

    /// <inheritdoc/>
    public void Visit(SqlComment comment)
    {
        if (Suppression.Of(comment) is { } suppression)
        {
            _suppressions.Add(suppression);
        }
    }

    /// <inheritdoc/>
    public void Visit(AnalyzedStatement analyzed)
    {
        if (_transaction is null || _step != analyzed.Step)
        {
            (_transaction, _step) = (new LintTransaction(analyzed.IsInTransaction), analyzed.Step);
        }

        IReadOnlyList<SchemaChange> changes = analyzed.Changes;
        _isLimited = changes.LastOrDefault(c => c.Kind == ChangeKind.SetLockTimeout) is { } set ? !LockTimeoutReader.IsOff(set.Expression) : _isLimited;
        var linted = new LintedStatement(analyzed.Statement, changes, _transaction, _schema, _isLimited);
        foreach (RuleHit hit in LintRules.Finders.SelectMany(f => f(linted)))
        {
            _found.Add((_statements, Of(analyzed.Statement, hit)));
        }

        foreach (SchemaChange change in changes)
        {
            if (linted.IsInUse(change))
            {
                _transaction.Note(change);
            }

            _schema.Note(change, isLinted: true);
        }

        _statements++;
    }

    /// <inheritdoc/>
    public void End()
    {
        var used = new HashSet<(Suppression, string)>();
        var all = new List<Finding>();
        foreach ((int statement, Finding finding) in _found)
        {
            Suppression? allowed = _suppressions.Find(s => s.Statement == statement && s.Rules.Contains(finding.Rule.Id));
            if (allowed is not null)
            {
                used.Add((allowed, finding.Rule.Id));
            }

            all.Add(finding with { AllowedBecause = allowed?.Reason });
        }

        all.AddRange(_suppressions.SelectMany(s => OfSuppression(s, used)));
        _findings.AddRange(all.OrderBy(f => f.Position));
    }

    private Finding Of(SqlStatement statement, RuleHit hit) => new(
        hit.Rule,
        hit.Severity ?? hit.Rule.Severity,
        hit.Message,
        _script!,
        statement.PositionAt(hit.Change?.Offset ?? 0))
    {
        Table = hit.Change?.Table ?? _schema.New.TableOf(hit.Change?.Name),
        Index = hit.Change is { Table: null } ? hit.Change.Name : null,
        Column = hit.Change?.Column,
        Statement = statement.Position,
    };

    private IEnumerable<Finding> OfSuppression(Suppression suppression, HashSet<(Suppression, string)> used)
    {
        Finding Found(LintRule rule, string message) => new(rule, rule.Severity, message, _script!, suppression.Position);

        if (suppression.Reason is null)
        {
            yield return Found(Suppression.WithoutReason, "it does not say why: nothing is allowed by it");
        }

        if (suppression.Rules.Count == 0)
        {
            yield return Found(Suppression.Unused, "it names no rule");
        }

        foreach (string rule in suppression.Rules.Where(r => !used.Contains((suppression, r))))
        {
            yield return Found(Suppression.Unused, LintRules.All.Any(r => r.Id == rule)
                ? $"{rule} is allowed, but {(suppression.Statement >= _statements ? "no statement follows" : "the statement does not break it")}"
                : $"there is no rule '{rule}'");
        }
    }
}
