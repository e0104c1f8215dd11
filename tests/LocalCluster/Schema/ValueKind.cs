namespace Migrator.LocalCluster.Schema;

/// <summary>The kinds of JSON values in the API.</summary>
internal enum ValueKind
{
    /// <summary>Any value; its content is not validated.</summary>
    Any,
    Text,
    Whole,
    Flag,

    /// <summary>A base64 string in JSON.</summary>
    Bytes,

    /// <summary>An RFC 3339 string in JSON.</summary>
    Time,

    /// <summary>A resource quantity: a number or a string such as <c>100m</c>.</summary>
    Quantity,
    WholeOrText,
    Object,
    List,
    Map,
}
