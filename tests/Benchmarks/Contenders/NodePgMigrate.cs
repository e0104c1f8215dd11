using System.Security.Cryptography;
using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling;
using Migrator.Tooling.Caching;
using Migrator.Tooling.Processes;

namespace Migrator.Benchmarks.Contenders;

/// <summary>node-pg-migrate with SQL migrations, run by the Node.js in PATH.</summary>
internal sealed class NodePgMigrate(string node, string folder) : Contender
{
    public const string ContenderName = "node-pg-migrate";

    private const string Manifest = "tests/Benchmarks/Peers/NodePgMigrate";

    public override string Name => ContenderName;

    public override string Note => "Node.js; all migrations in one transaction, which is its default; no checksums";

    public override Invocation Version => new(node, [Script, "--version"]);

    private string Script => Path.Combine(Package, "bin", "node-pg-migrate.js");

    private string Package => Path.Combine(folder, "node_modules", "node-pg-migrate");

    public static async Task<Contender> GetAsync(CancellationToken cancellationToken)
    {
        var node = Programs.InPath("node").FirstOrDefault() ?? throw new ToolingException("node was not found in PATH. Install Node.js.");
        var pin = SHA256.HashData(await File.ReadAllBytesAsync(RepositoryRoot.Combine(Manifest, "package-lock.json"), cancellationToken));
        var folder = await CacheEntry.GetOrCreateAsync(
            Path.Combine(CacheFolder.Path, "npm", $"{ContenderName}-{Convert.ToHexStringLower(pin.AsSpan(0, 6))}"),
            InstallAsync,
            cancellationToken);
        return new NodePgMigrate(node, folder);
    }

    // Its --version prints "unknown".
    public override string VersionOf(string output)
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Package, "package.json")));
        return package.RootElement.GetProperty("version").GetString()!;
    }

    public override Invocation Up(string folder, DatabaseAddress address) =>
        new(node, [Script, "up", "--migrations-dir", folder])
        {
            Variables = new Dictionary<string, string> { ["DATABASE_URL"] = address.Url },
        };

    protected override string FileName(Migration migration) => $"{1_700_000_000_000 + migration.Number}_{migration.Name}.sql";

    protected override string Content(Migration migration) => $"-- Up Migration\n{migration.Sql}\n-- Down Migration\n";

    /// <summary>Installs the package. npm verifies each package with the digest in the lock file.</summary>
    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine(Manifest), "*.json"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var result = await Guarded.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            .WithWorkingDirectory(folder)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new ToolingException($"npm could not install node-pg-migrate (exit code {result.ExitCode}): {result.StandardError.Trim()}");
        }
    }
}
