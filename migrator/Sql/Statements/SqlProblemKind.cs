namespace Migrator.Sql.Statements;

/// <summary>What kind of thing keeps a script from being cut into statements.</summary>
internal enum SqlProblemKind
{
    /// <summary>A backslash command of psql.</summary>
    PsqlCommand,

    /// <summary>A quote, comment, parenthesis or BEGIN ATOMIC body that is open at the end.</summary>
    Unclosed,

    /// <summary>A statement that begins on the line of a COPY … FROM STDIN and goes on after its data.</summary>
    SplitByCopyData,

    /// <summary>A character that PostgreSQL does not take, or a file that is no SQL text at all.</summary>
    InvalidCharacter,
}
