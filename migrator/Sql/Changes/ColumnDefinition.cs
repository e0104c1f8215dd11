using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>The definition of a column in ADD COLUMN or CREATE TABLE, or of a domain.</summary>
internal sealed record ColumnDefinition
{
    /// <summary>The type, in lower case and with single spaces.</summary>
    public required string Type { get; init; }

    /// <summary>The expression of DEFAULT; null without DEFAULT.</summary>
    public string? Default { get; init; }

    public bool IsNotNull { get; init; }

    /// <summary>Whether the column is GENERATED … AS IDENTITY.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>Whether the column is GENERATED ALWAYS AS (…) STORED.</summary>
    public bool IsStoredGenerated { get; init; }

    /// <summary>Whether the column is GENERATED ALWAYS AS (…), stored or virtual.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>Whether the column has a CHECK constraint that is not NOT ENFORCED (PostgreSQL 18).</summary>
    public bool HasCheck { get; init; }

    /// <summary>Whether the column has a REFERENCES clause that is not NOT ENFORCED.</summary>
    public bool ChecksReference { get; init; }

    /// <summary>Whether the column is UNIQUE or PRIMARY KEY.</summary>
    public bool IsUnique { get; init; }

    public bool IsPrimaryKey { get; init; }

    /// <summary>The tables in REFERENCES. A column can have several such clauses.</summary>
    public IReadOnlyList<SqlName> References { get; init; } = [];

    /// <summary>Whether the type is serial, bigserial, smallserial or one of their aliases.</summary>
    public bool IsSerial => Type is "serial" or "bigserial" or "smallserial" or "serial2" or "serial4" or "serial8";
}
