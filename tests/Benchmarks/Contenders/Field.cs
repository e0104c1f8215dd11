using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>All who take part.</summary>
internal static class Field
{
    /// <summary>Their names, the yardstick first.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Psql.ContenderName, Migrate.ContenderName, Dbmate.ContenderName, EvolveLoop.ContenderName];

    /// <summary>Fetches or builds those of the names.</summary>
    /// <exception cref="Tooling.ToolingException">One could not be had.</exception>
    public static async Task<IReadOnlyList<Contender>> GetAsync(
        IReadOnlyList<string> names, Action<string> progress, CancellationToken cancellationToken)
    {
        var contenders = new List<Contender>();
        foreach (var name in names)
        {
            progress($"{name}: getting it");
            contenders.Add(await GetAsync(name, cancellationToken));
        }

        return contenders;
    }

    private static async Task<Contender> GetAsync(string name, CancellationToken cancellationToken) => name switch
    {
        Psql.ContenderName => Psql.Find(),
        Migrate.ContenderName => new Migrate(await MigrateBinary.GetAsync(cancellationToken)),
        Dbmate.ContenderName => await Dbmate.GetAsync(cancellationToken),
        EvolveLoop.ContenderName => await EvolveLoop.GetAsync(
            (await MigrateBinary.GetAsync(cancellationToken)).IsAot, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such contender."),
    };
}
