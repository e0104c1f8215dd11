using System.Globalization;
using Migrator.Tests.Support;

namespace Migrator.Tests.Down;

#pragma warning disable CA5394 // Not for security.

/// <summary>
/// A few releases of one service. Each release is a folder that contains the scripts of the releases before it and some new ones:
/// tables, columns, rows, constraints, functions, indexes built CONCURRENTLY, and views as repeatable scripts. The views select all
/// columns of their tables. Each undo script reverses its migration.
/// </summary>
internal sealed class RandomReleases
{
    private readonly Random _random;
    private readonly List<(int Version, string Up, string Undo)> _scripts = [];
    private readonly SortedDictionary<int, SortedSet<string>> _tables = [];
    private readonly Dictionary<int, int> _functions = [];
    private int _names;

    public RandomReleases(int seed)
    {
        _random = new Random(seed);
        var releases = new List<ScriptFolder>();
        for (var (release, count) = (0, _random.Next(2, 5)); release < count; release++)
        {
            for (var scripts = _random.Next(1, 7); scripts > 0; scripts--)
            {
                // Merged branches leave gaps between versions.
                var version = (_scripts.Count == 0 ? 0 : _scripts[^1].Version) + _random.Next(1, 4);
                var (up, undo) = Script();
                _scripts.Add((version, up, undo));
            }

            releases.Add(Write());
        }

        Releases = releases;
    }

    /// <summary>The releases, oldest first. The caller disposes of them.</summary>
    public IReadOnlyList<ScriptFolder> Releases { get; }

    private ScriptFolder Write()
    {
        var folder = new ScriptFolder();
        foreach (var (version, up, undo) in _scripts)
        {
            folder.Add(version, up, undo);
        }

        foreach (var (table, columns) in _tables)
        {
            // CREATE OR REPLACE cannot remove a column.
            folder[Text($"R__view_{table}.sql")] = Text($"DROP VIEW IF EXISTS v{table};\nCREATE VIEW v{table} AS SELECT id, {string.Join(", ", columns)} FROM t{table};\n");
        }

        return folder;
    }

    private (string Up, string Undo) Script()
    {
        if (_tables.Count == 0)
        {
            return Table();
        }

        var table = _tables.Keys.ElementAt(_random.Next(_tables.Count));
        return _random.Next(8) switch
        {
            0 => Table(),
            1 or 2 => Column(table),
            3 => Index(table),
            4 => TwoIndexes(table),
            5 => Function(),
            6 => Constraint(table),
            _ => Rows(table),
        };
    }

    private (string Up, string Undo) Table()
    {
        var table = ++_names;
        _tables[table] = ["name"];
        return (
            Text($"CREATE TABLE t{table} (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x' CHECK (name <> ''));\nINSERT INTO t{table} SELECT i, 'row ' || i FROM generate_series(1, 5) AS i;"),
            Text($"{DropView(table)}DROP TABLE t{table};"));
    }

    private (string Up, string Undo) Column(int table)
    {
        var column = Text($"c{++_names}");
        _tables[table].Add(column);
        return (
            Text($"ALTER TABLE t{table} ADD COLUMN {column} int NOT NULL DEFAULT {_random.Next(100)};\nUPDATE t{table} SET {column} = id WHERE id % 2 = 0;"),
            Text($"{DropView(table)}ALTER TABLE t{table} DROP COLUMN {column};"));
    }

    private (string Up, string Undo) Index(int table)
    {
        var index = ++_names;
        return (
            Text($"-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i{index} ON t{table} ({Column(_tables[table])});"),
            Text($"-- evolve-tx-off\nDROP INDEX CONCURRENTLY IF EXISTS i{index};"));
    }

    private (string Up, string Undo) TwoIndexes(int table)
    {
        var index = ++_names;
        return (
            Text($"-- evolve-tx-off\nCREATE INDEX CONCURRENTLY i{index} ON t{table} ({Column(_tables[table])} DESC);\nSET work_mem = '8MB';\nCREATE UNIQUE INDEX CONCURRENTLY k{index} ON t{table} (id, {Column(_tables[table])});\nCOMMENT ON INDEX k{index} IS 'both';"),
            Text($"-- evolve-tx-off\nDROP INDEX CONCURRENTLY IF EXISTS i{index};\nDROP INDEX CONCURRENTLY IF EXISTS k{index};"));
    }

    // Creates a function, or replaces the body of one. The undo script restores the previous body.
    private (string Up, string Undo) Function()
    {
        if (_functions.Count > 0 && _random.Next(2) == 0)
        {
            var known = _functions.Keys.ElementAt(_random.Next(_functions.Count));
            var before = _functions[known];
            _functions[known] = ++_names;
            return (Body(known, _names), Body(known, before));
        }

        var function = ++_names;
        _functions[function] = function;
        return (Body(function, function), Text($"DROP FUNCTION f{function}(int);"));
    }

    private (string Up, string Undo) Constraint(int table)
    {
        var constraint = ++_names;
        return (
            Text($"ALTER TABLE t{table} ADD CONSTRAINT k{constraint} CHECK (id > -{constraint}) NOT VALID;\nALTER TABLE t{table} VALIDATE CONSTRAINT k{constraint};"),
            Text($"ALTER TABLE t{table} DROP CONSTRAINT k{constraint};"));
    }

    private (string Up, string Undo) Rows(int table)
    {
        var id = 1000 + ++_names;
        return (
            Text($"INSERT INTO t{table} (id, name) VALUES ({id}, 'it''s; $1 -- no comment');"),
            Text($"DELETE FROM t{table} WHERE id = {id};"));
    }

    private string Column(SortedSet<string> columns) => columns.ElementAt(_random.Next(columns.Count));

    private static string Body(int function, int result)
        => Text($"CREATE OR REPLACE FUNCTION f{function}(x int) RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN x + {result}; END; $body$;");

    // The repeatable script creates the view again.
    private static string DropView(int table) => Text($"DROP VIEW IF EXISTS v{table};\n");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
