// Parses SQL with PostgreSQL's own parser and writes the parts that the tests compare.
//
//   node oracle.cjs FOLDER <requests >answers
//
// FOLDER contains the npm package libpg-query. Each line of the input is a JSON object with one of these properties, and each line of the
// output is its answer:
//
//   sql         a statement → { kind, changes, count }, or { error }. `count` is the number of statements in the text.
//   expression  an expression → { tree }, the tree without positions, or { error }
//   type        a type name → { tree }, or { error }
const path = require('node:path');

const { loadModule, parseSync } = require(path.join(process.argv[2], 'wasm', 'index.cjs'));

// The one property of a node is the name of its type: { AlterTableStmt: { … } }.
const tag = node => Object.keys(node)[0];
const body = node => node[tag(node)];
// Up to PostgreSQL 14, the text of a String is in `str`.
const text = node => node?.String && (node.String.sval ?? node.String.str);
const table = relation => relation && { schema: relation.schemaname ?? null, name: relation.relname };
const named = (name, schema = null) => name && { schema, name };
const qualified = names => ({ schema: names.length > 1 ? text(names.at(-2)) : null, name: text(names.at(-1)) });
const itemsOf = list => list?.List?.items ?? list ?? [];

// The tree without positions, so that the same expression gives the same text at each place of a statement.
const position = /^(location|stmt_location|stmt_len|list_start|list_end|name_location|rexpr_list_start|rexpr_list_end)$/;
const tree = node => JSON.stringify(node, (key, value) => position.test(key) ? undefined : value);

// The value of a boolean option, by the rules of defGetBoolean in PostgreSQL's define.c.
const isOn = option => {
  const arg = option.DefElem.arg;
  const value = arg && (arg.Integer ? arg.Integer.ival ?? 0 : arg.Boolean ? arg.Boolean.boolval ?? false : text(arg));
  return value === undefined || !(value === 0 || value === false || /^(false|off)$/i.test(value));
};
const has = (options, name) => {
  const last = itemsOf(options).filter(o => o.DefElem?.defname === name).at(-1);
  return last !== undefined && isOn(last);
};

const flags = values => Object.keys(values).filter(key => values[key]).sort();
const isOnly = relation => relation !== undefined && !relation.inh;

// In a column, NOT ENFORCED follows its constraint, after other attributes.
function isEnforced(all, constraint) {
  for (const next of all.slice(all.indexOf(constraint) + 1)) {
    if (next.contype === 'CONSTR_ATTR_NOT_ENFORCED' || !next.contype.startsWith('CONSTR_ATTR_')) {
      return next.contype !== 'CONSTR_ATTR_NOT_ENFORCED';
    }
  }

  return true;
}

function column({ colname, typeName, constraints = [] }) {
  const all = constraints.map(c => c.Constraint).filter(Boolean);
  const of = (...types) => all.filter(c => types.includes(c.contype));
  return {
    column: colname,
    type: typeName && tree(typeName),
    expression: of('CONSTR_DEFAULT').map(c => tree(c.raw_expr)).at(-1),
    references: of('CONSTR_FOREIGN').map(c => table(c.pktable)),
    flags: flags({
      notNull: of('CONSTR_NOTNULL', 'CONSTR_PRIMARY').length,
      identity: of('CONSTR_IDENTITY').length,
      generated: of('CONSTR_GENERATED').length,
      // Up to PostgreSQL 17, a generated column is always stored.
      stored: of('CONSTR_GENERATED').some(c => (c.generated_kind ?? 's') === 's'),
      check: of('CONSTR_CHECK').some(c => isEnforced(all, c)),
      reference: of('CONSTR_FOREIGN').some(c => isEnforced(all, c)),
      unique: of('CONSTR_UNIQUE', 'CONSTR_PRIMARY').length,
      primary: of('CONSTR_PRIMARY').length,
    }),
  };
}

const foreignKey = c => `${c.conname ?? ''}(${c.fk_attrs.map(text).join(',')}) ${c.pktable.schemaname ?? ''}.${c.pktable.relname}`;

function constraint(c) {
  return {
    foreignKeys: c.contype === 'CONSTR_FOREIGN' ? [foreignKey(c)] : [],
    kind: `AT_AddConstraint ${c.contype}`,
    name: named(c.conname),
    column: c.contype === 'CONSTR_NOTNULL' ? text(c.keys?.[0]) : undefined,
    other: table(c.pktable) ?? named(c.indexname),
    expression: c.contype === 'CONSTR_CHECK' ? tree(c.raw_expr) : undefined,
    flags: flags({ notValid: c.skip_validation, usingIndex: c.indexname }),
  };
}

// The objects that are not tables, and that a query can use.
const objectTypes = {
  OBJECT_VIEW: 'VIEW', OBJECT_MATVIEW: 'VIEW', OBJECT_SEQUENCE: 'SEQUENCE', OBJECT_TYPE: 'TYPE', OBJECT_DOMAIN: 'DOMAIN', OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_PROCEDURE: 'PROCEDURE', OBJECT_ROUTINE: 'ROUTINE', OBJECT_AGGREGATE: 'AGGREGATE', OBJECT_SCHEMA: 'SCHEMA', OBJECT_EXTENSION: 'EXTENSION',
};

// The object of DROP, RENAME or SET SCHEMA. RENAME of a schema has its name as text.
function object(type, node, name) {
  const names = node.RangeVar ? table(node.RangeVar)
    : node.ObjectWithArgs ? qualified(node.ObjectWithArgs.objname)
    : node.TypeName ? qualified(node.TypeName.names)
    : node.List ? qualified(itemsOf(node))
    : named(text(node));
  return { name: names ?? named(name), object: objectTypes[type] };
}

// The actions on a column. ALTER COLUMN 1 has no name.
const columnActions = new RegExp('^AT_(DropColumn|ColumnDefault|(Set|Drop)(NotNull|Expression|Identity)|AddIdentity|SetStatistics|SetStorage|'
  + 'SetCompression|(Set|Reset)Options|AlterColumnGenericOptions)$');

// The columns that CREATE TABLE defines, with the keys of its table constraints. The columns of typed tables and of partitions have no type here.
function columns(elements = []) {
  const defined = elements.filter(e => e.ColumnDef?.typeName).map(e => column(e.ColumnDef));
  for (const { Constraint: key } of elements) {
    if (/^CONSTR_(PRIMARY|UNIQUE)$/.test(key?.contype)) {
      const names = key.keys.map(text);
      for (const one of defined.filter(c => names.includes(c.column))) {
        one.flags = [...new Set([
          ...one.flags, ...key.contype === 'CONSTR_PRIMARY' ? ['notNull'] : [], ...names.length === 1 ? ['unique'] : [],
        ])].sort();
      }
    }
  }

  return defined;
}

// A literal, with or without a cast.
const isLiteral = node => node.A_Const ? !node.A_Const.isnull && !node.A_Const.val?.Null : node.TypeCast ? isLiteral(node.TypeCast.arg) : node.A_Expr?.lexpr === undefined
  && node.A_Expr?.name?.length === 1 && text(node.A_Expr.name[0]) === '-' && isLiteral(node.A_Expr.rexpr);

// The first column that a WHERE clause compares with literals only, if AND combines the comparison with the rest of the clause.
function key(where) {
  if (where?.BoolExpr?.boolop === 'AND_EXPR') {
    return where.BoolExpr.args.map(key).find(Boolean);
  }

  const { kind, name, lexpr, rexpr } = where?.A_Expr ?? {};
  const isEqual = name?.length === 1 && text(name[0]) === '=';
  return isEqual && lexpr?.ColumnRef && (kind === 'AEXPR_OP' || kind === 'AEXPR_IN') && (rexpr.List?.items ?? [rexpr]).every(isLiteral)
    ? text(lexpr.ColumnRef.fields.at(-1))
    : undefined;
}

function* alterCommand({ subtype, name, def, behavior }) {
  const change = { kind: subtype };
  if (subtype === 'AT_AddColumn') {
    const { references, ...definition } = column(def.ColumnDef);
    yield { ...change, ...definition };
    yield* references.map(other => ({ kind: 'reference', table: other }));
  } else if (subtype === 'AT_AddConstraint') {
    yield constraint(def.Constraint);
    yield* def.Constraint.pktable ? [{ kind: 'reference', table: table(def.Constraint.pktable) }] : [];
  } else if (subtype === 'AT_AlterColumnType') {
    const { typeName, raw_default: using } = def.ColumnDef;
    yield { ...change, column: name, type: tree(typeName), expression: using && tree(using) };
  } else if (/^AT_(Drop|Validate)Constraint$/.test(subtype)) {
    yield { ...change, name: named(name), flags: flags({ cascade: behavior === 'DROP_CASCADE' && subtype === 'AT_DropConstraint' }) };
  } else if (/Partition/.test(subtype)) {
    const { name: partition, concurrent, bound } = def.PartitionCmd;
    yield { ...change, other: table(partition), flags: flags({ concurrent: concurrent || subtype === 'AT_DetachPartitionFinalize', default: bound?.is_default }) };
    yield* subtype === 'AT_AttachPartition' ? [{ kind: 'attached', table: table(partition) }] : [];
  } else if (subtype === 'AT_DropColumn') {
    yield { ...change, column: name, flags: flags({ cascade: behavior === 'DROP_CASCADE' }) };
  } else {
    const altered = subtype === 'AT_AlterConstraint' ? named(def.ATAlterConstraint?.conname ?? def.Constraint?.conname) : undefined;
    const needsExclusive = /RelOptions$/.test(subtype) && itemsOf(def).some(o => o.DefElem.defname === 'user_catalog_table');
    const isEnforcing = def?.ATAlterConstraint?.alterEnforceability && def.ATAlterConstraint.is_enforced;
    yield { ...change, kind: isEnforcing ? `${subtype} ENFORCED` : needsExclusive ? `${subtype} user_catalog_table` : subtype, name: altered, column: columnActions.test(subtype) ? name : undefined };
  }
}

// The constraints of a list of table elements that reference another table, in the order of the text.
function* references(elements = []) {
  for (const element of elements) {
    if (element.ColumnDef) {
      yield* references(element.ColumnDef.constraints);
    } else if (element.Constraint?.pktable) {
      yield { kind: 'reference', table: table(element.Constraint.pktable) };
    }
  }
}

function* withClause(statement) {
  for (const { CommonTableExpr: cte } of statement.withClause?.ctes ?? []) {
    if (tag(cte.ctequery) !== 'SelectStmt') {
      yield* readers[tag(cte.ctequery)](body(cte.ctequery));
    }
  }
}

const rows = target => function* (s) {
  yield* withClause(s);
  // The column can belong to another table of FROM or USING.
  yield { kind: target, table: table(s.relation), key: s.fromClause || s.usingClause ? undefined : key(s.whereClause) };
};

const on = kind => function* (s) { yield { kind, table: table(s.relation ?? s.table) }; };

// Reads the changes of a statement, by the type of its node. Other types make no change that the tests compare: ExpectedChanges.cs lists them.
const readers = {
  *AlterTableStmt(s) {
    const objectType = s.objtype ?? s.relkind;
    for (const { AlterTableCmd: command } of s.cmds) {
      if (objectType === 'OBJECT_INDEX') {
        yield* command.subtype === 'AT_SetTableSpace' ? [{ kind: 'rewrite', name: table(s.relation) }] : [];
      } else if (objectType === 'OBJECT_MATVIEW') {
        yield* /^AT_Set(TableSpace|AccessMethod)$/.test(command.subtype) ? [{ kind: 'rewrite', table: table(s.relation) }] : [];
      } else if (/^OBJECT_(FOREIGN_)?TABLE$/.test(objectType)) {
        for (const change of alterCommand(command)) {
          const isOther = change.kind === 'reference' || change.kind === 'attached';
          yield { table: table(s.relation), ...change, flags: [...change.flags ?? [], ...isOnly(s.relation) && !isOther ? ['only'] : []] };
        }
      }
    }
  },
  *AlterTableMoveAllStmt() { yield { kind: 'rewrite' }; },
  *RenameStmt(s) {
    if (/^OBJECT_(TRIGGER|RULE|POLICY)$/.test(s.renameType)) {
      yield { kind: 'rename on table', table: table(s.relation) };
      return;
    }

    if (objectTypes[s.renameType] && !/VIEW/.test(s.renameType)) {
      yield { kind: 'rename object', ...object(s.renameType, s.object ?? { RangeVar: s.relation }, s.subname) };
      return;
    }

    if (s.renameType === 'OBJECT_ATTRIBUTE') {
      yield { kind: 'rename object', name: table(s.relation), object: 'TYPE' };
      return;
    }

    if (!/^OBJECT_(TABLE|FOREIGN_TABLE|VIEW|MATVIEW|COLUMN|TABCONSTRAINT)$/.test(s.renameType)
      || (s.relationType && s.renameType === 'OBJECT_COLUMN' && !/^OBJECT_(TABLE|FOREIGN_TABLE|VIEW|MATVIEW)$/.test(s.relationType))) {
      return;
    }

    const isTable = !/^OBJECT_(COLUMN|TABCONSTRAINT)$/.test(s.renameType);
    yield {
      kind: `rename ${isTable ? 'OBJECT_TABLE' : s.renameType}`,
      table: table(s.relation),
      column: s.renameType === 'OBJECT_COLUMN' ? s.subname : undefined,
      // The table stays in its schema.
      name: isTable ? named(s.newname, s.relation?.schemaname) : s.renameType === 'OBJECT_COLUMN' ? named(s.newname) : undefined,
      flags: flags({ only: isOnly(s.relation) }),
    };
  },
  *AlterObjectSchemaStmt(s) {
    if (/^OBJECT_(TABLE|FOREIGN_TABLE|VIEW|MATVIEW)$/.test(s.objectType)) {
      yield { kind: 'schema', table: table(s.relation), name: named(s.newschema), flags: flags({ only: isOnly(s.relation) }) };
    } else if (objectTypes[s.objectType]) {
      yield { kind: 'rename object', ...object(s.objectType, s.object ?? { RangeVar: s.relation }) };
    }
  },
  *AlterEnumStmt(s) { yield* s.oldVal ? [{ kind: 'rename object', name: qualified(s.typeName), object: 'TYPE' }] : []; },
  *AlterDomainStmt(s) {
    // Up to PostgreSQL 18, the subtype is a letter.
    if (/^(O|C|V|AD_SetNotNull|AD_AddConstraint|AD_ValidateConstraint)$/.test(s.subtype)) {
      yield { kind: 'check domain', name: qualified(s.typeName), object: 'DOMAIN', flags: flags({ notValid: s.def?.Constraint?.skip_validation }) };
    }
  },
  *AlterPolicyStmt(s) { yield { kind: 'rename on table', table: table(s.table) }; },
  *CreateDomainStmt(s) {
    yield { kind: 'create object', ...column(s), references: undefined, name: qualified(s.domainname), object: 'DOMAIN' };
  },
  *CreateEnumStmt(s) { yield { kind: 'create object', name: qualified(s.typeName), object: 'TYPE' }; },
  *CreateRangeStmt(s) { yield { kind: 'create object', name: qualified(s.typeName), object: 'TYPE' }; },
  *CompositeTypeStmt(s) { yield { kind: 'create object', name: table(s.typevar), object: 'TYPE' }; },
  *DefineStmt(s) { yield* objectTypes[s.kind] ? [{ kind: 'create object', name: qualified(s.defnames), object: objectTypes[s.kind] }] : []; },
  *CreateFunctionStmt(s) { yield { kind: 'create object', name: qualified(s.funcname), object: s.is_procedure ? 'PROCEDURE' : 'FUNCTION' }; },
  *CreateExtensionStmt(s) { yield { kind: 'create object', name: named(s.extname), object: 'EXTENSION' }; },
  *DropOwnedStmt(s) { yield { kind: 'drop object', name: named(s.roles[0].RoleSpec.rolename), object: 'OWNED BY', flags: flags({ cascade: s.behavior === 'DROP_CASCADE' }) }; },
  *VariableSetStmt(s) {
    const isLocal = flags({ local: s.is_local });
    const isSet = /^VAR_(SET_VALUE|SET_DEFAULT|SET_CURRENT|RESET)$/.test(s.kind);
    if (s.kind === 'VAR_RESET_ALL' || (isSet && s.name.toLowerCase() === 'search_path')) {
      const value = a => a.A_Const.sval?.sval ?? a.A_Const.String?.sval ?? a.A_Const.val?.String?.str ?? String(a.A_Const.ival?.ival ?? a.A_Const.val?.Integer?.ival);
      yield { kind: 'search path', path: s.args?.map(value).filter(v => v && v !== '$user').join(',') ?? 'default', flags: isLocal };
    }

    if (s.kind === 'VAR_RESET_ALL' || (isSet && s.name.toLowerCase() === 'lock_timeout')) {
      yield { kind: 'lock timeout', flags: isLocal };
    }
  },
  *DiscardStmt(s) { yield* s.target === 'DISCARD_ALL' ? [{ kind: 'search path', path: 'default' }, { kind: 'lock timeout' }] : []; },
  *CreateStmt(s) {
    const parent = s.partbound && table(s.inhRelations[0].RangeVar);
    yield {
      kind: 'create',
      table: table(s.relation),
      other: parent,
      columns: columns(s.tableElts),
      foreignKeys: parent || s.ofTypename ? [] : (s.tableElts ?? []).map(e => e.Constraint).filter(c => c?.contype === 'CONSTR_FOREIGN').map(foreignKey),
      flags: flags({ ifNotExists: s.if_not_exists, temporary: s.relation.relpersistence === 't', partitioned: s.partspec }),
    };
    yield* parent ? [{ kind: 'partition', table: parent, other: table(s.relation), flags: flags({ default: s.partbound.is_default }) }] : [];
    yield* references(s.tableElts);
  },
  *CreateForeignTableStmt(s) { yield* readers.CreateStmt(s.base ?? s.base_stmt ?? s.baseStmt); },
  *CreateTableAsStmt(s) {
    const { rel, skipData } = s.into;
    yield { kind: 'create', table: table(rel), flags: flags({ ifNotExists: s.if_not_exists, temporary: rel.relpersistence === 't', filled: !skipData }) };
  },
  *ViewStmt(s) { yield { kind: 'create', table: table(s.view), flags: flags({ temporary: s.view.relpersistence === 't' }) }; },
  *CreateSeqStmt(s) {
    yield { kind: 'create', table: table(s.sequence), flags: flags({ ifNotExists: s.if_not_exists, temporary: s.sequence.relpersistence === 't' }) };
  },
  *CreateSchemaStmt(s) {
    yield* s.schemaname ? [{ kind: 'create object', name: named(s.schemaname), object: 'SCHEMA' }] : [];
    for (const element of s.schemaElts ?? []) {
      for (const change of readers[tag(element)]?.(body(element)) ?? []) {
        const inSchema = name => name && { ...name, schema: name.schema ?? s.schemaname ?? null };
        yield { ...change, table: inSchema(change.table), name: inSchema(change.name) };
      }
    }
  },
  *IndexStmt(s) {
    const indexed = s.indexParams.map(p => p.IndexElem);
    yield {
      kind: 'index',
      table: table(s.relation),
      name: named(s.idxname, s.relation.schemaname),
      index: indexed.every(e => e.name) && !s.whereClause ? indexed.map(e => e.name) : [],
      flags: flags({ concurrent: s.concurrent, ifNotExists: s.if_not_exists, only: isOnly(s.relation) }),
    };
  },
  CreateTrigStmt: on('trigger'),
  RuleStmt: on('rule'),
  CreatePolicyStmt: on('policy'),
  *DropStmt(s) {
    for (const removed of s.objects) {
      const names = itemsOf(removed);
      if (s.removeType === 'OBJECT_INDEX') {
        yield { kind: s.removeType, name: qualified(names), flags: flags({ concurrent: s.concurrent, cascade: s.behavior === 'DROP_CASCADE' }) };
      } else if (/^OBJECT_(TRIGGER|RULE|POLICY)$/.test(s.removeType)) {
        yield { kind: s.removeType, table: qualified(names.slice(0, -1)), flags: flags({ cascade: s.behavior === 'DROP_CASCADE' }) };
      } else if (/^OBJECT_(FOREIGN_)?TABLE$/.test(s.removeType)) {
        yield { kind: s.removeType, table: qualified(names), flags: flags({ cascade: s.behavior === 'DROP_CASCADE' }) };
      } else if (objectTypes[s.removeType]) {
        yield { kind: 'drop object', ...object(s.removeType, removed), flags: flags({ cascade: s.behavior === 'DROP_CASCADE' }) };
      }
    }
  },
  *TruncateStmt(s) { yield* s.relations.map(r => ({ kind: 'truncate', table: table(r.RangeVar), flags: flags({ cascade: s.behavior === 'DROP_CASCADE' }) })); },
  *ReindexStmt(s) {
    const isTable = s.kind === 'REINDEX_OBJECT_TABLE';
    const name = s.relation ? table(s.relation) : named(s.name);
    // Up to PostgreSQL 13, CONCURRENTLY is a field.
    yield { kind: 'reindex', table: isTable ? name : undefined, name: isTable ? undefined : name, flags: flags({ concurrent: s.concurrent || has(s.params, 'concurrently') }) };
  },
  *VacuumStmt(s) {
    if (s.is_vacuumcmd) {
      const kind = has(s.options, 'full') ? 'vacuum full' : 'vacuum';
      yield* s.rels ? s.rels.map(r => ({ kind, table: table(r.VacuumRelation.relation) })) : [{ kind }];
    }
  },
  ClusterStmt: on('cluster'),
  *RefreshMatViewStmt(s) { yield { kind: 'refresh', table: table(s.relation), flags: flags({ concurrent: s.concurrent, filled: !s.skipData }) }; },
  *LockStmt(s) { yield* s.relations.map(r => ({ kind: 'lock', table: table(r.RangeVar), mode: s.mode })); },
  *InsertStmt(s) {
    yield* withClause(s);
    const query = s.selectStmt?.SelectStmt;
    yield { kind: !query || query.valuesLists ? 'insert' : 'insert many', table: table(s.relation) };
  },
  UpdateStmt: rows('update'),
  DeleteStmt: rows('delete'),
  MergeStmt: rows('merge'),
  *CopyStmt(s) {
    if (s.is_from) {
      yield { kind: 'insert many', table: table(s.relation) };
    }
  },
  *SelectStmt(s) {
    yield* withClause(s);
    let first = s;
    while (first.larg) {
      first = first.larg;
    }
    const into = first.intoClause?.rel;
    yield* into ? [{ kind: 'create', table: table(into), flags: flags({ temporary: into.relpersistence === 't', filled: true }) }] : [];
  },
};

const copySource = s => s.filename === undefined && !s.is_program ? 'FROM STDIN' : 'FROM';

// The details of a statement that the tests compare, by the type of its node.
const details = {
  AlterTableStmt: s => s.objtype ?? s.relkind,
  RenameStmt: s => s.renameType === 'OBJECT_COLUMN' ? s.relationType : s.renameType === 'OBJECT_TABCONSTRAINT' ? 'OBJECT_TABLE' : s.renameType,
  AlterObjectSchemaStmt: s => s.objectType,
  DropStmt: s => s.removeType,
  ReindexStmt: s => s.kind,
  TransactionStmt: s => s.kind,
  DiscardStmt: s => s.target,
  CopyStmt: s => s.is_from ? copySource(s) : 'TO',
  VariableSetStmt: s => `${s.kind}${s.is_local ? ' LOCAL' : ''} ${s.name ?? ''}`,
  VacuumStmt: s => s.is_vacuumcmd ? undefined : 'ANALYZE',
  ClusterStmt: s => s.relation ? undefined : 'ALL',
  AlterDatabaseStmt: s => itemsOf(s.options).some(o => o.DefElem.defname === 'tablespace') ? 'TABLESPACE' : undefined,
  AlterEnumStmt: s => s.oldVal ? 'RENAME' : 'ADD',
};

// What a statement is: the type of its node, and its details.
function kindOf(type, s) {
  const detail = details[type]?.(s);
  return detail === undefined ? type : `${type} ${detail}`;
}

function answer(request) {
  if (request.expression !== undefined) {
    return { tree: tree(parseSync(`SELECT (${request.expression}\n)`).stmts[0].stmt.SelectStmt.targetList[0].ResTarget.val) };
  }

  if (request.type !== undefined) {
    return { tree: tree(parseSync(`SELECT CAST(NULL AS ${request.type}\n)`).stmts[0].stmt.SelectStmt.targetList[0].ResTarget.val.TypeCast.typeName) };
  }

  const statements = parseSync(request.sql).stmts;
  const node = statements[0]?.stmt;
  if (!node) {
    return { kind: '', changes: [], count: 0 };
  }

  const type = tag(node);
  const changes = [...readers[type]?.(body(node)) ?? []];
  return { kind: kindOf(type, body(node)), changes, count: statements.length, type: body(node).typeName?.length ? qualified(body(node).typeName) : undefined, value: body(node).newVal };
}

async function main() {
  await loadModule();
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }

  const answers = Buffer.concat(chunks).toString('utf8').split('\n').filter(line => line).map(line => {
    try {
      return JSON.stringify(answer(JSON.parse(line)));
    } catch (error) {
      // Only an error of the parser is an answer.
      if (error.name !== 'SqlError') {
        throw error;
      }

      return JSON.stringify({ error: error.message });
    }
  });
  process.stdout.write(answers.map(a => `${a}\n`).join(''));
}

main();
