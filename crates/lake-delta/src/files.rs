//! A table as any DataFusion reads it: the files of one version, as plain Parquet.
//!
//! ```text
//! state of the table ──▶ its files ──▶ those in which a row may be wanted ──▶ scan: address, size, day, bucket
//! ```
//!
//! What the library above plans only the library runs. A plan for elsewhere names each file, so that whoever
//! runs it neither lists a folder nor reads the table's log, and reads the version that was asked about.
//! The tables use nothing of Delta that would change what is in a file.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{Fields, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PrunableStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DFSchema, ScalarValue, Statistics, project_schema};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use domain::Position;
use object_store::path::Path;
use ports::PortError;

use crate::columns::{BUCKET, DAY, POSITION, TableName};
use crate::data_file::DataFile;
use crate::error::{from_io, from_plan, from_store};
use crate::place::Place;
use crate::rows::column_position;
use crate::table::TableState;

/// How many columns come from the names of a file's folders: the first ones for readers, and the last ones
/// in a scan.
const N_FOLDER_COLUMNS: usize = 2;

type Result<T, E = DataFusionError> = std::result::Result<T, E>;

/// Where programs on other machines find a lake's files.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// The file system, or the bucket.
    store: ObjectStoreUrl,
    /// Where in it the lake begins.
    root: Path,
}

impl Address {
    /// The address of `place`, which is there: others see a folder under the same path, and have credentials
    /// of their own for a bucket.
    pub(crate) fn of(place: &Place) -> Result<Address, PortError> {
        match place {
            Place::Folder(folder) => {
                let finding = format!("finding the folder {}", folder.display());
                let root = folder.canonicalize().map_err(|err| from_io(&finding, err))?;
                let root = Path::from_absolute_path(root);
                let root = root.map_err(|err| from_store(&finding, err.into()))?;
                Ok(Address { store: ObjectStoreUrl::local_filesystem(), root })
            }
            Place::S3(location) => {
                let store = ObjectStoreUrl::parse(format!("s3://{}", location.bucket));
                let store = store.map_err(|err| from_plan("the name of the bucket", err))?;
                Ok(Address { store, root: location.prefix.clone() })
            }
        }
    }
}

/// The files of one version of a table.
pub(crate) struct Files {
    name: TableName,
    schema: SchemaRef,
    state: Arc<TableState>,
    address: Address,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Files {
    /// The files of the table called `name` as it stood in `state`.
    pub(crate) fn of(name: TableName, state: Arc<TableState>, address: Address) -> Files {
        Files { name, schema: Arc::new(name.table_schema()), state, address }
    }

    /// The files in which there may be rows that pass all `filters`.
    fn wanted(&self, session: &dyn Session, filters: &[Expr]) -> Result<Vec<&DataFile>> {
        let files = &self.state.files;
        let Some(condition) = conjunction(filters.iter().cloned()) else {
            return Ok(files.iter().collect());
        };
        let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
        let condition = session.create_physical_expr(condition, &schema)?;
        let known = files.iter().map(|it| Arc::new(self.known(it))).collect();
        let known = PrunableStatistics::new(known, Arc::clone(&self.schema));
        let chooser = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&self.schema));
        let kept = chooser.try_build(condition)?.prune(&known)?;
        Ok(files.iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(it, _)| it).collect())
    }

    /// What is known of a file's columns without opening it.
    fn known(&self, file: &DataFile) -> Statistics {
        let column = |name: &str| match name {
            DAY => between(day(file), day(file)),
            BUCKET => between(bucket(file), bucket(file)),
            POSITION => between(position(file.first), position(file.last)),
            _ => ColumnStatistics::new_unknown(),
        };
        let columns = self.schema.fields().iter().map(|it| column(it.name()));
        Statistics { column_statistics: columns.collect(), ..Statistics::new_unknown(&self.schema) }
    }

    /// A file as a scan names it.
    fn scanned(&self, file: &DataFile) -> Result<PartitionedFile> {
        let name = format!("{}/{}/{}", self.address.root, self.name.text(), file.name);
        let mut scanned = PartitionedFile::new("", file.n_bytes);
        scanned.object_meta.location = Path::parse(name).map_err(object_store::Error::from)?;
        Ok(scanned.with_partition_values(vec![day(file), bucket(file)]))
    }
}

#[async_trait]
impl TableProvider for Files {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.wanted(session, filters)?;
        if files.is_empty() {
            return Ok(Arc::new(EmptyExec::new(project_schema(&self.schema, projection)?)));
        }
        let n_rows = files.iter().map(|it| it.n_rows).sum();
        let n_bytes = files.iter().map(|it| it.n_bytes).sum();
        let scanned = files.into_iter().map(|it| self.scanned(it)).collect::<Result<Vec<_>>>()?;
        let groups = FileGroup::new(scanned).split_files(session.config().target_partitions());

        let of_file = self.name.file_schema();
        let of_folders: Fields =
            self.schema.fields().iter().take(N_FOLDER_COLUMNS).cloned().collect();
        let n_of_file = of_file.fields().len();
        let place = |it: usize| match it.checked_sub(N_FOLDER_COLUMNS) {
            Some(place) => place,
            None => n_of_file + it,
        };
        let columns = match projection {
            Some(columns) => columns.iter().copied().map(place).collect(),
            None => (0..self.schema.fields().len()).map(place).collect(),
        };
        let both = TableSchema::builder(of_file).with_table_partition_cols(of_folders).build();
        let statistics = Statistics {
            num_rows: Precision::Exact(whole(n_rows)),
            total_byte_size: Precision::Inexact(whole(n_bytes)),
            column_statistics: Statistics::unknown_column(&self.schema),
        };
        let scan = FileScanConfigBuilder::new(
            self.address.store.clone(),
            Arc::new(ParquetSource::new(both)),
        )
        .with_file_groups(groups)
        .with_statistics(statistics)
        .with_projection_indices(Some(columns))?
        .with_limit(limit);
        Ok(DataSourceExec::from_data_source(scan.build()))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // They choose files, and within files groups of rows; which rows, a later step finds out.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}

fn between(least: ScalarValue, most: ScalarValue) -> ColumnStatistics {
    ColumnStatistics {
        min_value: Precision::Exact(least),
        max_value: Precision::Exact(most),
        null_count: Precision::Exact(0),
        ..ColumnStatistics::new_unknown()
    }
}

fn day(file: &DataFile) -> ScalarValue {
    ScalarValue::Date32(Some(file.folder.day))
}

fn bucket(file: &DataFile) -> ScalarValue {
    ScalarValue::Int32(Some(file.folder.bucket))
}

fn position(it: Position) -> ScalarValue {
    ScalarValue::Int64(Some(column_position(it)))
}

fn whole(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
