using System.Runtime.Versioning;
using Migrator.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedServer))]
[assembly: SupportedOSPlatform("linux")]
