using Migrator.Tests.Linting.TruthTable.Cases;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>All cases of the truth table.</summary>
internal static class TruthCases
{
    public static IReadOnlyList<TruthCase> All { get; } =
    [
        .. ColumnCases.All, .. ColumnTypeCases.All, .. ConstraintCases.All, .. TableCases.All, .. PartitionCases.All,
        .. IndexCases.All, .. MaintenanceCases.All, .. ObjectCases.All,
    ];
}
