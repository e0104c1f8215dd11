using Migrator.Configuration;
using Migrator.History;
using Migrator.Reporting;

namespace Migrator.Commands;

/// <summary>The options, the clock and the receiver of progress messages for one run of a command.</summary>
/// <param name="Command">The command's name, for the audit table.</param>
/// <param name="Options">The options.</param>
/// <param name="Environment">The environment variables.</param>
/// <param name="Identity">The deployment that runs the command, for the audit table.</param>
/// <param name="Progress">Receives progress messages and warnings.</param>
/// <param name="Redactor">Masks secrets in what is written to the audit table.</param>
/// <param name="Time">The clock.</param>
internal sealed record CommandContext(
    string Command, MigrateOptions Options, IReadOnlyDictionary<string, string> Environment, RunIdentity Identity, RunProgress Progress, Redactor Redactor, TimeProvider Time);
