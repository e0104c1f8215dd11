using Migrator.Sql.Statements;

namespace Migrator.Scripts;

/// <summary>Reads the statements of a script that run in one transaction, while they are sent to the server.</summary>
internal interface IStatementReader
{
    /// <summary>The number of the last statement that was read, from 0; -1 before the first.</summary>
    int Index { get; }

    /// <summary>Reads the next statement. Skips unread data of the previous statement. Returns null at the end.</summary>
    SqlStatement? Read();

    /// <summary>Reads the next lines of data of the last COPY … FROM STDIN. The lines are valid until the next call. Returns an empty result at the end of the data.</summary>
    ReadOnlyMemory<char> ReadCopyData();

    /// <summary>Checks that the script is the same as when it was checked before the run. Called after the last statement and before COMMIT.</summary>
    /// <exception cref="MigrateException">The script has changed (exit code 2).</exception>
    void ThrowIfChanged();
}
