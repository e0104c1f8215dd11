namespace Migrator;

/// <summary>Receives progress messages while a command runs. The outcome of the command is in its result.</summary>
internal interface IProgress
{
    /// <summary>Reports that the run waits for the database, another run or a table lock.</summary>
    /// <param name="message">The reason for the wait, in one sentence.</param>
    void Waiting(string message);

    /// <summary>Reports information that is neither a wait nor a warning.</summary>
    /// <param name="message">The information, in one sentence.</param>
    void Info(string message);

    /// <summary>Reports a problem that does not stop the run. The result contains the warnings as well.</summary>
    /// <param name="warning">The problem.</param>
    void Warning(Problem warning);
}
