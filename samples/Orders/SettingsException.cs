namespace Orders;

/// <summary>A setting is missing or of no use. The message is for whoever sets it, and holds no secret.</summary>
internal sealed class SettingsException(string message) : Exception(message);
