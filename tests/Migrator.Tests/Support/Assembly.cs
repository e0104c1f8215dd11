using Migrator.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedServer))]
