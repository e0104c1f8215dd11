namespace Migrator.LocalCluster.Schema;

/// <summary>What a value of the API is in JSON.</summary>
internal enum ValueKind
{
    /// <summary>Anything at all: a part of the API that nobody here looks into.</summary>
    Any,
    Text,
    Whole,
    Flag,

    /// <summary>Base64 in JSON.</summary>
    Bytes,

    /// <summary>RFC 3339 in JSON.</summary>
    Time,

    /// <summary>A resource quantity: a number or a text such as <c>100m</c>.</summary>
    Quantity,
    WholeOrText,
    Object,
    List,
    Map,
}
