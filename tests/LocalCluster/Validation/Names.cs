using System.Text.RegularExpressions;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates names. The methods return the API's error message, or null for a valid name.</summary>
/// <remarks>The rules and messages are those of apimachinery's <c>util/validation</c>.</remarks>
internal static partial class Names
{
    public static string? Subdomain(string name) => name.Length > 253
        ? "must be no more than 253 bytes"
        : SubdomainForm().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
                + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
                + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    public static string? Label(string name) => name.Length > 63
        ? "must be no more than 63 bytes"
        : LabelForm().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
                + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
                + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    public static string? ServiceName(string name) => name.Length > 63
        ? "must be no more than 63 bytes"
        : ServiceForm().IsMatch(name)
            ? null
            : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
                + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    public static string? LabelValue(string value) => value.Length > 63
        ? "must be no more than 63 bytes"
        : value.Length == 0 || QualifiedForm().IsMatch(value)
            ? null
            : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex "
                + "used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    public static string? QualifiedName(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && Subdomain(name[..slash]) is { } wrong)
        {
            return $"prefix part {wrong}";
        }

        var part = name[(slash + 1)..];
        if (part.Length is 0 or > 63)
        {
            return part.Length == 0 ? "name part must be non-empty" : "name part must be no more than 63 bytes";
        }

        return QualifiedForm().IsMatch(part)
            ? null
            : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
                + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    }

    public static string? DataKey(string key) => key.Length is 0 or > 253 || !DataKeyForm().IsMatch(key) || key is "." or ".."
        ? "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
            + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        : null;

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex SubdomainForm();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex LabelForm();

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    private static partial Regex ServiceForm();

    [GeneratedRegex("^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")]
    private static partial Regex QualifiedForm();

    [GeneratedRegex("^[-._a-zA-Z0-9]+$")]
    private static partial Regex DataKeyForm();
}
