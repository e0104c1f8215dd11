using System.Globalization;
using Migrator.Configuration;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate new</c>: creates the next script and its undo script.</summary>
internal sealed class NewCommand : MigrateCommand
{
    // Folders that number by time: 20260102030405.
    private const int TimestampLength = 14;

    public override string Name => "new";

    public override string Description => "Create the next script and its undo script in the first folder.";

    public override IReadOnlyList<Setting> Settings =>
        [KnownSettings.Dir, KnownSettings.Repeatable, KnownSettings.TransactionOff, KnownSettings.Output];

    public override CommandArgument Argument => new("description", "What it does, such as 'create orders'.");

    public override bool NeedsDatabase(MigrateOptions options) => false;

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        string folder = run.Options.Directories[0];
        Directory.CreateDirectory(folder);
        ScriptSet scripts = ScriptFolders.Read(run.Options.Directories);
        string description = Describe(run.Options.Argument!);
        string head = run.Options.TransactionOff ? "-- evolve-tx-off\n" : "";
        string version = Next(scripts.Newest, run.Time.GetUtcNow());
        (string Name, string Content)[] files = run.Options.Repeatable
            ? [($"R__{description}.sql", $"{head}-- Runs again when its content changes: let it replace what it creates (CREATE OR REPLACE …).\n")]
            :
            [
                ($"V{version}__{description}.sql", $"{head}-- Runs once, in one transaction with its history row.\n"),
                ($"U{version}__{description}.sql", $"{head}-- Takes V{version} back.\n"),
            ];
        foreach ((string name, string content) in files)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                throw new MigrateException(ExitCode.Usage, new Problem("script-exists", $"{path} is there already") { Script = name });
            }

            await File.WriteAllTextAsync(path, content, cancellation).ConfigureAwait(false);
        }

        run.Lines = [.. files.Select(f => Path.Combine(folder, f.Name))];
        return ExitCode.Done;
    }

    private static string Describe(string text)
    {
        string name = string.Join('_', text.Split([' ', '-', '_', '/', '.'], StringSplitOptions.RemoveEmptyEntries));
        return name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c == '_')
            ? name.ToLowerInvariant()
            : throw new MigrateException(ExitCode.Usage, new Problem("description", $"'{text}' is no description for a file name")
            {
                Advice = "Use letters, digits and blanks, such as 'create orders'.",
            });
    }

    // The last part counts up: 7 → 8, 1.2 → 1.3; a folder that numbers by time goes on so.
    private static string Next(ScriptVersion? newest, DateTimeOffset now)
    {
        string[] parts = (newest?.Label ?? "0").Split('.');
        if (parts is [{ Length: TimestampLength }])
        {
            return now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        }

        string last = (long.Parse(parts[^1], CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        parts[^1] = last.PadLeft(parts[^1].Length, '0');
        return string.Join('.', parts);
    }
}
