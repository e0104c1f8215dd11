using System.Text;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates ConfigMaps and Secrets.</summary>
internal static class DataRules
{
    // corev1.MaxSecretSize
    private const int SizeLimit = 1024 * 1024;

    public static IEnumerable<FieldError> Check(JsonObject value)
    {
        var size = 0L;
        var isSecret = value.Text("kind") == "Secret";
        foreach (var part in (string[])["data", "binaryData"])
        {
            foreach (var (key, text) in value.Map(part))
            {
                if (Names.DataKey(key) is { } wrong)
                {
                    yield return FieldError.Invalid($"{part}[{key}]", key, wrong);
                }

                size += isSecret ? text.Length * 3L / 4 : Encoding.UTF8.GetByteCount(text);
            }
        }

        if (size > SizeLimit)
        {
            yield return FieldError.TooLong(isSecret ? "data" : "", SizeLimit);
        }
    }
}
