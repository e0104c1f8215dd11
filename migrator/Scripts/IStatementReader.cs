using Migrator.Sql.Statements;

namespace Migrator.Scripts;

/// <summary>Statements of a script that run in one transaction, read while they are sent.</summary>
internal interface IStatementReader
{
    /// <summary>The number in the script, from 0, of the statement that was read last.</summary>
    int Index { get; }

    /// <summary>Reads the next statement; data of the statement before that was not read is skipped. Null at the end.</summary>
    SqlStatement? Read();

    /// <summary>Reads the next lines of the data of the COPY … FROM STDIN that was read last. They are valid until the next call; empty at the end.</summary>
    ReadOnlyMemory<char> ReadCopyData();

    /// <summary>Checks, after the last statement and before the COMMIT, that what was read is what was checked before the run.</summary>
    /// <exception cref="MigrateException">The script was changed since (2).</exception>
    void ThrowIfChanged();
}
