using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>
/// Parses resource quantities (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
/// </summary>
internal static partial class Quantity
{
    private const string Suffixes = "numkMGTPE";

    public static bool TryParse(JsonNode? value, out decimal amount)
    {
        amount = 0;
        if (value is null || Form().Match(value.Print()) is not { Success: true } match)
        {
            return false;
        }

        var number = decimal.Parse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        var suffix = match.Groups["suffix"].Value;
        amount = number * suffix switch
        {
            "" => 1,
            ['e' or 'E', .. var exponent] when exponent.Length > 0 =>
                (decimal)Math.Pow(10, int.Parse(exponent, CultureInfo.InvariantCulture)),
            [var letter, 'i'] => (decimal)Math.Pow(1024, "KMGTPE".IndexOf(letter, StringComparison.Ordinal) + 1),
            _ => (decimal)Math.Pow(1000, Suffixes.IndexOf(suffix[0], StringComparison.Ordinal) - 3),
        };
        return true;
    }

    [GeneratedRegex(@"^(?<number>[+-]?(\d+(\.\d*)?|\.\d+))(?<suffix>|[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})$")]
    private static partial Regex Form();
}
