using k8s.Models;

namespace Migrator.Deployment.Tests.Chart.Support;

// The client has no types for the Gateway API. These are the fields of its specification that the chart can render
// (https://gateway-api.sigs.k8s.io/reference/spec/#httproute); the setters are for the deserializer.

/// <summary>An HTTPRoute.</summary>
internal sealed class HttpRoute
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta? Metadata { get; set; }

    public HttpRouteSpec? Spec { get; set; }
}

internal sealed class HttpRouteSpec
{
    public IList<HttpReference>? ParentRefs { get; set; }

    public IList<string>? Hostnames { get; set; }

    public IList<HttpRouteRule>? Rules { get; set; }
}

internal sealed class HttpRouteRule
{
    public string? Name { get; set; }

    public IList<HttpRouteMatch>? Matches { get; set; }

    public IList<HttpReference>? BackendRefs { get; set; }
}

internal sealed class HttpRouteMatch
{
    public HttpPathMatch? Path { get; set; }

    public string? Method { get; set; }
}

internal sealed class HttpPathMatch
{
    public string? Type { get; set; }

    public string? Value { get; set; }
}

/// <summary>A reference to a Gateway or to a Service.</summary>
internal sealed class HttpReference
{
    public string? Group { get; set; }

    public string? Kind { get; set; }

    public string? Name { get; set; }

    public string? Namespace { get; set; }

    public string? SectionName { get; set; }

    public int? Port { get; set; }

    public int? Weight { get; set; }
}
