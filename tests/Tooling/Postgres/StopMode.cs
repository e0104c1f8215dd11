using Migrator.Tooling.Processes;

namespace Migrator.Tooling.Postgres;

/// <summary>PostgreSQL's shutdown modes. The values are the signals.</summary>
public enum StopMode
{
    /// <summary>Rejects new connections, and waits until all existing connections are closed.</summary>
    Smart = Signal.Terminate,

    /// <summary>Terminates all connections (57P01), rolls back their transactions, and writes all data.</summary>
    Fast = Signal.Interrupt,

    /// <summary>Stops without writing data, like a crash (57P02). The next start runs recovery.</summary>
    Immediate = Signal.Quit,
}
