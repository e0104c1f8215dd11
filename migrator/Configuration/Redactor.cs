namespace Migrator.Configuration;

/// <summary>Takes secrets out of everything that is printed. Applied at the one place that prints.</summary>
internal sealed class Redactor
{
    public const string Mask = "***";

    private readonly Lock _gate = new();
    private readonly List<string> _secrets = [];

    /// <summary>Hides a value from now on, also in its percent-encoded form.</summary>
    public void Hide(string? secret)
    {
        // Masking every "a" of a one-letter password would tell the password and spoil every message.
        if (secret is not { Length: >= 3 })
        {
            return;
        }

        lock (_gate)
        {
            foreach (string form in new[] { secret, Uri.EscapeDataString(secret) })
            {
                if (!_secrets.Contains(form, StringComparer.Ordinal))
                {
                    _secrets.Add(form);
                }
            }

            // The longest first, so that a secret that holds another one does not leave its tail behind.
            _secrets.Sort((a, b) => b.Length.CompareTo(a.Length));
        }
    }

    public string Redact(string text)
    {
        lock (_gate)
        {
            foreach (string secret in _secrets)
            {
                text = text.Replace(secret, Mask, StringComparison.Ordinal);
            }
        }

        return text;
    }
}
