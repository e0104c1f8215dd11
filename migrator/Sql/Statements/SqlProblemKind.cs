namespace Migrator.Sql.Statements;

/// <summary>The kind of a <see cref="SqlProblem"/>.</summary>
internal enum SqlProblemKind
{
    /// <summary>A psql backslash command.</summary>
    PsqlCommand,

    /// <summary>A quote, comment, parenthesis or BEGIN ATOMIC body that is not closed before the end of the script.</summary>
    Unclosed,

    /// <summary>A statement that starts on the line of COPY … FROM STDIN and continues after the data.</summary>
    SplitByCopyData,

    /// <summary>A character that PostgreSQL does not accept, or a file that is not SQL text.</summary>
    InvalidCharacter,
}
