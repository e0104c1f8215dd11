using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>A column as ADD COLUMN defines it.</summary>
internal sealed record ColumnDefinition
{
    /// <summary>In lower case, with single blanks.</summary>
    public required string Type { get; init; }

    /// <summary>The expression; null without DEFAULT.</summary>
    public string? Default { get; init; }

    public bool IsNotNull { get; init; }

    /// <summary>GENERATED … AS IDENTITY.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>GENERATED ALWAYS AS (…) STORED.</summary>
    public bool IsStoredGenerated { get; init; }

    /// <summary>GENERATED ALWAYS AS (…), stored or virtual.</summary>
    public bool IsGenerated { get; init; }

    public bool HasCheck { get; init; }

    /// <summary>UNIQUE or PRIMARY KEY.</summary>
    public bool IsUnique { get; init; }

    public bool IsPrimaryKey { get; init; }

    /// <summary>The table of REFERENCES.</summary>
    public SqlName? References { get; init; }

    /// <summary>serial and its kin.</summary>
    public bool IsSerial => Type is "serial" or "bigserial" or "smallserial" or "serial2" or "serial4" or "serial8";
}
