using System.Globalization;
using Migrator.Configuration;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate new</c>: creates the next script and its undo script.</summary>
internal sealed class NewCommand : MigrateCommand<NewResult>
{
    // The length of a version that is a timestamp: 20260102030405.
    private const int TimestampLength = 14;

    public override string Name => "new";

    public override string Description => "Create the next script and its undo script in the first folder.";

    public override IReadOnlyList<Setting> Settings =>
        [KnownSettings.Dir, KnownSettings.Repeatable, KnownSettings.TransactionOff, KnownSettings.Phase, KnownSettings.Output];

    public override CommandArgument Argument => new("description", "What the script does, such as 'create orders'.");

    public override bool NeedsDatabase(MigrateOptions options) => false;

    protected override async Task RunAsync(NewResult result, CommandContext context, CancellationToken cancellation)
    {
        string folder = context.Options.Directories[0];
        string description = Describe(context.Options.Argument!);
        try
        {
            Directory.CreateDirectory(folder);
            ScriptSet scripts = ScriptFolders.Read(context.Options.Directories);
            (string Path, string Content)[] files =
                [.. Files(context.Options, description, scripts.Newest, context.Time.GetUtcNow()).Select(f => (Path.Combine(folder, f.Name), f.Content))];
            if (files.Select(f => f.Path).FirstOrDefault(File.Exists) is { } existing)
            {
                throw new MigrateException(ExitCode.Usage, new Problem("script-exists", $"{existing} already exists")
                {
                    Advice = "Edit this script, or choose another description.",
                });
            }

            foreach ((string path, string content) in files)
            {
                await File.WriteAllTextAsync(path, content, cancellation).ConfigureAwait(false);
            }

            result.Files = [.. files.Select(f => f.Path)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrateException(
                ExitCode.Usage,
                new Problem("dir-unwritable", $"cannot create a script in {folder}: {ForeignText.Of(e.Message)}") { Advice = "Check --dir (MIGRATE_DIR), its owner and its mode." },
                e);
        }
    }

    private static IEnumerable<(string Name, string Content)> Files(MigrateOptions options, string description, ScriptVersion? newest, DateTimeOffset now)
    {
        string head = options.TransactionOff ? "-- evolve-tx-off\n-- Runs statement by statement, each in its own transaction if PostgreSQL allows it.\n" : "";
        bool isContract = options.Phase == ScriptPhase.Contract;
        if (options.Repeatable && options.Phase is not null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.Repeatable.Flag} cannot be used with {KnownSettings.Phase.Flag}: repeatable scripts belong to the expand phase"));
        }

        if (options.Repeatable)
        {
            return [($"R__{description}.sql", $"{head}-- Runs again when its content changes. Use statements that can run again, such as CREATE OR REPLACE.\n")];
        }

        string version = Next(newest, now);
        string once = options.TransactionOff ? "-- Runs once.\n" : "-- Runs once, in one transaction with its history row.\n";
        return
        [
            ($"V{version}__{description}{(isContract ? ScriptName.ContractSuffix : ".sql")}", isContract ? $"{head}-- Runs once, after the last pod of the previous version has ended. Remove what only that version used.\n" : head + once),
            ($"U{version}__{description}.sql", $"{head}-- Undoes V{version}.\n"),
        ];
    }

    private static string Describe(string text)
    {
        string name = string.Join('_', text.Split([' ', '-', '_', '/', '.'], StringSplitOptions.RemoveEmptyEntries));
        return name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c == '_')
            ? name.ToLowerInvariant()
            : throw new MigrateException(ExitCode.Usage, new Problem("description", $"'{text}' is not a valid description for a file name")
            {
                Advice = "Use letters, digits and spaces, such as 'create orders'.",
            });
    }

    // The last part of the version is incremented: 7 → 8, 1.2 → 1.3. If versions are timestamps, the next version is the
    // current time, or the newest version plus one if that version is in the future.
    private static string Next(ScriptVersion? newest, DateTimeOffset now)
    {
        string[] parts = (newest?.Label ?? "0").Split('.');
        long last = long.Parse(parts[^1], CultureInfo.InvariantCulture);
        if (last == long.MaxValue)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("version", $"version {newest} cannot be incremented: its last number has the maximum value")
            {
                Advice = "Create the script yourself, with a version such as " + newest + ".1.",
            });
        }

        long next = last + 1;
        if (parts is [{ Length: TimestampLength }])
        {
            next = Math.Max(next, long.Parse(now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }

        parts[^1] = next.ToString(CultureInfo.InvariantCulture).PadLeft(parts[^1].Length, '0');
        return string.Join('.', parts);
    }
}
